/**
 * Changes that a person makes, sent in their order by `POST /sync/batch`, at once or when the network is back.
 *
 * Each has the id of what it creates, so a change that is sent twice is applied once.
 */
import { computed, signal } from "@preact/signals";
import { api, type Schemas, unwrap } from "./client";
import { openDatabase } from "./database";
import { ApiError, describeField } from "./problems";
import { profile } from "./profile";

export type Operation =
  | Schemas["CreateWorkout"]
  | Schemas["UpdateWorkout"]
  | Schemas["FinishWorkout"]
  | Schemas["DeleteWorkout"]
  | Schemas["AppendExercise"]
  | Schemas["UpdateExerciseOfWorkout"]
  | Schemas["DeleteExerciseOfWorkout"]
  | Schemas["AppendSet"]
  | Schemas["UpdateSet"]
  | Schemas["DeleteSet"];

/** A change in the outbox. */
export type Change = {
  /** Its place in the order; the database numbers them. */
  readonly sequence?: number;
  /** Whose change it is. Others who sign in to this browser do not send it. */
  readonly userId: string;
  readonly operation: Operation;
  /** Names of exercises in it, which the operation has ids of. */
  readonly names: Readonly<Record<string, string>>;
  /** Why the server refused it. Then it waits for the person's decision. */
  readonly refusal?: string;
};

const LOCK = "exercise-buddy-outbox";
const MAX_OPERATIONS = 100;
const ACCEPTED = new Set<Schemas["SyncOutcome"]>(["created", "updated", "deleted", "unchanged"]);
const RETRY_MS = 15_000;

const all = signal<readonly Change[]>([]);
const own = computed(() => all.value.filter((change) => change.userId === profile.value?.id));

/** The changes of the person that are not sent yet, in their order. */
export const waitingChanges = computed(() => own.value.filter((change) => change.refusal === undefined));
/** The changes that the server refused. */
export const refusedChanges = computed(() => own.value.filter((change) => change.refusal !== undefined));

/** Why changes wait although there is a network; null if they do not. */
export const sendFailure = signal<unknown>(null);

/** Called with the changes that the server has applied, before they leave the outbox. */
type Listener = (sent: readonly Change[]) => Promise<void>;
const listeners = new Set<Listener>();

export function onSent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Other tabs send and add changes too.
const channel = new BroadcastChannel("exercise-buddy-outbox");
channel.addEventListener("message", () => void readChanges());

async function readChanges(): Promise<void> {
  all.value = await (await openDatabase()).getAll("changes");
}

async function announce(): Promise<void> {
  await readChanges();
  channel.postMessage("changed");
}

/** Add changes to the outbox, and send it. Resolves when they are stored on this device. */
export async function addChanges(
  operations: readonly Operation[],
  names: Readonly<Record<string, string>> = {},
): Promise<void> {
  const userId = profile.peek()?.id;
  if (userId === undefined)
    throw new ApiError({ type: "/problems/unauthenticated", title: "Sign in first", status: 401 });
  const transaction = (await openDatabase()).transaction("changes", "readwrite");
  for (const operation of operations) await transaction.store.add({ userId, operation, names });
  await transaction.done;
  await announce();
  void sendChanges();
}

let retry: ReturnType<typeof setTimeout> | undefined;

/** Send what waits, unless another tab does. Without a network, it is tried again later. */
export async function sendChanges(): Promise<void> {
  clearTimeout(retry);
  try {
    await navigator.locks.request(LOCK, async () => {
      await readChanges();
      while (waitingChanges.value.length > 0) await sendBatch(waitingChanges.value.slice(0, MAX_OPERATIONS));
    });
    sendFailure.value = null;
  } catch (error) {
    sendFailure.value = error;
    // A refusal of the whole batch is a session that has ended, or a fault of ours: a repetition changes nothing. The
    // person sees it, and can try again. The server says so if a repetition can succeed later, such as after a restore.
    if (!isFinal(error)) retry = setTimeout(() => void sendChanges(), RETRY_MS);
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.retryAfterSeconds === null;
}

async function sendBatch(changes: readonly Change[]): Promise<void> {
  const body = { operations: changes.map((change) => change.operation) };
  const report = await unwrap(api.POST("/api/v1/sync/batch", { body: body as Schemas["OperationsInput"] }));
  const sent = changes.filter((_change, index) => isApplied(report.items[index]));
  for (const listener of listeners) await listener(sent);
  const transaction = (await openDatabase()).transaction("changes", "readwrite");
  for (const [index, change] of changes.entries()) {
    const outcome = report.items[index];
    if (change.sequence === undefined || outcome === undefined) continue;
    if (isApplied(outcome)) await transaction.store.delete(change.sequence);
    else await transaction.store.put({ ...change, refusal: describeOutcome(outcome) });
  }
  await transaction.done;
  await announce();
}

/** A deletion of what does not exist anymore has done what it should. */
function isApplied(outcome: Schemas["OperationOutcome"] | undefined): boolean {
  return outcome !== undefined && ACCEPTED.has(outcome.outcome);
}

function describeOutcome(outcome: Schemas["OperationOutcome"]): string {
  if (outcome.outcome === "not_found") return "It was deleted on another device.";
  if (outcome.outcome === "conflict") return "Another device changed it first.";
  const [error] = outcome.errors;
  return (error && describeField(error)) ?? outcome.detail ?? "The server did not accept it.";
}

/** Delete changes that the server refused. */
export async function discardRefused(): Promise<void> {
  const transaction = (await openDatabase()).transaction("changes", "readwrite");
  for (const change of refusedChanges.peek()) {
    if (change.sequence !== undefined) await transaction.store.delete(change.sequence);
  }
  await transaction.done;
  await announce();
}

const sendWhenOnline = (): void => void sendChanges();

/** Read what earlier visits have left, and send it now and whenever the network comes back. */
export async function startOutbox(): Promise<void> {
  addEventListener("online", sendWhenOnline);
  await readChanges();
  await sendChanges();
}
