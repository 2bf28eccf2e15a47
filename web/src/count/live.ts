/**
 * A set that the server counts while it happens. It outlives its connections: what the server has not stored is kept
 * and sent again.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { API_ORIGIN } from "../api/origin";
import { ApiError } from "../api/problems";
import { dropAccessToken, getAccessToken } from "../api/session";
import {
  type Counted,
  type Sample,
  type ServerMessage,
  SUBPROTOCOL,
  type TrackingState,
  writeSamples,
} from "./protocol";
import { deleteSamples, UnsavedSamples } from "./unsaved";

export type Connection = "connecting" | "open" | "lost";
export type Tracking = { readonly state: TrackingState; readonly hint: string | null };

const SEND_MS = 150;
const KEEP_MS = 400;
// A message has up to 240 samples and 64 KiB.
const BATCH = 60;
const PING_MS = 20_000;
// Access tokens live for some minutes. The server ends a connection whose token has expired.
const AUTHENTICATE_MS = 60_000;
const MAX_WAIT_MS = 5_000;
const FIRST_WAIT_MS = 300;
// The server ends a set whose client has been away for so long.
const ABANDONED_MS = 15 * 60_000;

export class LiveSet {
  readonly #count = signal(0);
  readonly #heldMs = signal(0);
  readonly #tracking = signal<Tracking | null>(null);
  readonly #connection = signal<Connection>("connecting");
  readonly #counted = signal<Counted | null>(null);
  readonly #error = signal<unknown>(null);
  readonly count: ReadonlySignal<number> = this.#count;
  readonly heldMs: ReadonlySignal<number> = this.#heldMs;
  readonly tracking: ReadonlySignal<Tracking | null> = this.#tracking;
  readonly connection: ReadonlySignal<Connection> = this.#connection;
  /** The result, after `end`. */
  readonly counted: ReadonlySignal<Counted | null> = this.#counted;
  /** What the server refused. The set does not go on. */
  readonly error: ReadonlySignal<unknown> = this.#error;
  /** Whether the server has ended the set while this device was away, without what was seen since. */
  isCutOff = false;

  #socket: WebSocket | null = null;
  #isReady = false;
  #isEnding = false;
  #isEndSent = false;
  #isClosed = false;
  #attempts = 0;
  readonly #samples: UnsavedSamples;
  // The number of the next sample to send.
  #sendSeq = 0;
  #timers: ReturnType<typeof setInterval>[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly setId: string,
    readonly exerciseId: string | null,
    private readonly startedAt: number,
    /** Called once, with the number of the sample to begin with. */
    private onReady: ((nextSeq: number) => void) | null,
  ) {
    this.#samples = new UnsavedSamples(setId);
  }

  /**
   * Connect, and connect again whenever the connection is lost. A new set begins at once, and so does one that is resumed
   * on the device that has kept its samples. Otherwise, the server says which sample is the next one. Samples wait until
   * `workout` has settled: the server tells those who watch it of the set if it has it before the set.
   */
  async start(isResumed: boolean, workout: Promise<unknown> | null = null): Promise<void> {
    const isKept = isResumed && (await this.#samples.restore().catch(() => false));
    if (this.#isClosed) return;
    if (!isResumed || isKept) this.#begin();
    this.#timers = [
      setInterval(() => this.#flush(), SEND_MS),
      setInterval(this.#keep, KEEP_MS),
      setInterval(() => this.#send({ type: "ping" }), PING_MS),
      setInterval(() => void this.#authenticateAgain(), AUTHENTICATE_MS),
    ];
    addEventListener("online", this.#reconnectNow);
    addEventListener("offline", this.#loseConnection);
    addEventListener("pagehide", this.#keep);
    await workout?.catch(() => undefined);
    if (!this.#isClosed) void this.#connect();
  }

  add(sample: Sample): void {
    if (!this.#isEnding && !this.#isClosed) this.#samples.add(sample);
  }

  // Counting goes on where the database does not work: then only a reload without a network loses samples.
  readonly #keep = (): void => void this.#samples.keep().catch(() => undefined);

  /** End the set. Its result follows in `counted`. */
  end(): void {
    this.#isEnding = true;
    this.#keep();
    this.#flush();
  }

  /** End the set without its result: the server lets a person have few sets open. */
  discard(): void {
    this.end();
    this.close();
  }

  /** Leave the set. It can be resumed. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#counted.value === null) this.#keep();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#retry);
    removeEventListener("online", this.#reconnectNow);
    removeEventListener("offline", this.#loseConnection);
    removeEventListener("pagehide", this.#keep);
    this.#dropSocket();
  }

  async #connect(): Promise<void> {
    this.#dropSocket();
    let token: string;
    try {
      token = await getAccessToken();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#fail(error);
      else this.#connectLater();
      return;
    }
    if (this.#isClosed) return;
    const socket = new WebSocket(`${API_ORIGIN.replace(/^http/, "ws")}/api/v1/counting/live`, SUBPROTOCOL);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#send({ type: "authenticate", access_token: token });
      this.#send({ type: "start", set_id: this.setId, exercise_id: this.exerciseId });
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      if (socket === this.#socket) this.#receive(JSON.parse(event.data) as ServerMessage);
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#connectLater();
    });
  }

  #connectLater(): void {
    this.#dropSocket();
    if (this.#isClosed || this.#error.value !== null || this.#counted.value !== null) return;
    this.#connection.value = "lost";
    // The event `online` comes later.
    if (!navigator.onLine) return;
    const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }

  readonly #reconnectNow = (): void => {
    if (this.#connection.value !== "lost") return;
    this.#attempts = 0;
    clearTimeout(this.#retry);
    void this.#connect();
  };

  // A connection whose network has gone would be noticed after minutes.
  readonly #loseConnection = (): void => this.#connectLater();

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isReady = false;
    this.#isEndSent = false;
    socket?.close();
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  async #authenticateAgain(): Promise<void> {
    if (!this.#isReady) return;
    const token = await getAccessToken().catch(() => null);
    if (token !== null) this.#send({ type: "authenticate", access_token: token });
  }

  #flush(): void {
    if (!this.#isReady || this.#isEndSent) return;
    while (this.#sendSeq < this.#samples.nextSeq) {
      const batch = this.#samples.slice(this.#sendSeq, BATCH);
      this.#socket?.send(writeSamples(this.#sendSeq, batch));
      this.#sendSeq += batch.length;
    }
    if (!this.#isEnding) return;
    this.#isEndSent = true;
    this.#send({ type: "end" });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "ready":
        this.#resumeFrom(message.next_seq);
        break;
      case "saved":
        this.#forgetBefore(message.next_seq);
        break;
      case "rep":
        this.#count.value = message.count;
        break;
      case "hold":
        this.#heldMs.value = message.duration_ms;
        break;
      case "tracking":
        this.#tracking.value = { state: message.state, hint: message.hint };
        break;
      case "counted":
        this.isCutOff = this.#hasLostSamples();
        this.#count.value = message.count;
        this.#counted.value = message;
        deleteSamples(this.setId).catch(() => undefined);
        this.close();
        break;
      case "problem":
        this.#refuse(message.problem);
        break;
      case "pong":
        break;
    }
  }

  #resumeFrom(nextSeq: number): void {
    this.#attempts = 0;
    this.#isReady = true;
    this.#connection.value = "open";
    if (this.onReady === null) this.#forgetBefore(nextSeq);
    else {
      this.#samples.beginAt(nextSeq);
      this.#begin();
    }
    this.#sendSeq = Math.max(nextSeq, this.#samples.firstSeq);
    this.#flush();
  }

  #forgetBefore(seq: number): void {
    this.#samples.forgetBefore(seq).catch(() => undefined);
  }

  #begin(): void {
    const begin = this.onReady;
    this.onReady = null;
    begin?.(this.#samples.nextSeq);
  }

  /** Whether the server has ended the set before it had the samples that are still here. */
  #hasLostSamples(): boolean {
    const seenMs = this.#samples.firstTimeMs;
    return seenMs !== undefined && Date.now() - this.startedAt - seenMs > ABANDONED_MS;
  }

  /** Problems that time or a new token solves are no end: the connection closes and another one resumes the set. */
  #refuse(problem: ApiError["problem"]): void {
    if (problem.status === 401) dropAccessToken();
    const isTransient = problem.status >= 500 || [401, 408, 429].includes(problem.status);
    if (!isTransient || this.#attempts > 3) this.#fail(new ApiError(problem));
  }

  #fail(error: unknown): void {
    this.#error.value = error;
    this.close();
  }
}
