/**
 * The samples of a set that the server has not stored. They are in the database of this browser too: neither a reload
 * without a network nor leaving the page loses what the camera has seen.
 */
import { v7 } from "uuid";
import { openDatabase } from "../api/database";
import type { Sample } from "./protocol";

// The server keeps a set for a day.
const KEPT_MS = 24 * 60 * 60 * 1000;

const rangeOf = (setId: string): IDBKeyRange => IDBKeyRange.bound([setId, 0], [setId, Number.MAX_SAFE_INTEGER]);

export class UnsavedSamples {
  #samples: Sample[] = [];
  #firstSeq = 0;
  // The numbers of the first samples of the chunks in the database, and of the next sample to keep there.
  #chunks: number[] = [];
  #keptSeq = 0;
  // How many samples to drop: the server has their numbers, from before the page was loaded again.
  #known = 0;

  constructor(private readonly setId: string) {}

  /** The number of the first sample. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** The number of the next sample to add. */
  get nextSeq(): number {
    return this.#firstSeq + this.#samples.length;
  }

  /** When the first sample was seen, in milliseconds since the set began. Undefined without any. */
  get firstTimeMs(): number | undefined {
    return this.#samples[0]?.timeMs;
  }

  /** Read what an earlier visit of the page has kept; return whether it has kept anything. */
  async restore(): Promise<boolean> {
    const store = (await openDatabase()).transaction("samples").store;
    const [keys, chunks] = await Promise.all([
      store.getAllKeys(rangeOf(this.setId)),
      store.getAll(rangeOf(this.setId)),
    ]);
    this.#chunks = keys.map(([, seq]) => seq);
    for (const [index, chunk] of chunks.entries()) {
      const seq = this.#chunks[index] ?? 0;
      // Only the server has what is missing before it.
      if (seq !== this.nextSeq) this.beginAt(seq);
      this.#samples.push(...chunk);
    }
    this.#keptSeq = this.nextSeq;
    return keys.length > 0;
  }

  /** Begin with the number that the server asks for. */
  beginAt(seq: number): void {
    this.#samples = [];
    this.#firstSeq = seq;
    this.#keptSeq = seq;
  }

  add(sample: Sample): void {
    if (this.#known > 0) this.#known -= 1;
    else this.#samples.push(sample);
  }

  /** Return samples from a number on. */
  slice(seq: number, count: number): readonly Sample[] {
    const start = seq - this.#firstSeq;
    return this.#samples.slice(start, start + count);
  }

  /** Put what is new into the database. */
  async keep(): Promise<void> {
    const seq = Math.max(this.#keptSeq, this.#firstSeq);
    const added = this.slice(seq, Number.POSITIVE_INFINITY);
    if (added.length === 0) return;
    this.#keptSeq = seq + added.length;
    this.#chunks.push(seq);
    await (await openDatabase()).put("samples", added, [this.setId, seq]);
  }

  /** Forget samples that the server has stored. The last chunk stays, because it says which number comes next. */
  async forgetBefore(seq: number): Promise<void> {
    if (seq <= this.#firstSeq) return;
    this.#known = Math.max(0, seq - this.nextSeq);
    this.#samples.splice(0, seq - this.#firstSeq);
    this.#firstSeq = seq;
    const kept = this.#chunks.findLastIndex((first) => first <= seq);
    const last = this.#chunks[kept];
    if (last === undefined || kept === 0) return;
    this.#chunks.splice(0, kept);
    const range = IDBKeyRange.bound([this.setId, 0], [this.setId, last], false, true);
    await (await openDatabase()).delete("samples", range);
  }
}

/** Delete what is kept of a set that is over, and of those that nobody has come back to for a day. */
export async function deleteSamples(setId: string): Promise<void> {
  const database = await openDatabase();
  await database.delete("samples", rangeOf(setId));
  // Ids of sets begin with their time.
  await database.delete("samples", IDBKeyRange.upperBound([v7({ msecs: Date.now() - KEPT_MS }), 0]));
}
