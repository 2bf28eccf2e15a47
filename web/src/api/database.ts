/** The database of this browser: changes that are not sent yet, and copies of what was shown last. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Sample } from "../count/protocol";
import type { Change } from "./outbox";

interface ClientDatabase extends DBSchema {
  /** In the order in which they were made. */
  changes: { key: number; value: Change };
  copies: { key: string; value: unknown };
  /** Consecutive samples of a set that is being counted, by the id of the set and the number of the first. */
  samples: { key: [setId: string, seq: number]; value: readonly Sample[] };
}

let opened: Promise<IDBPDatabase<ClientDatabase>> | null = null;

export function openDatabase(): Promise<IDBPDatabase<ClientDatabase>> {
  opened ??= openDB<ClientDatabase>("exercise-buddy", 2, {
    upgrade(database, former) {
      if (former < 1) {
        database.createObjectStore("changes", { keyPath: "sequence", autoIncrement: true });
        database.createObjectStore("copies");
      }
      database.createObjectStore("samples");
    },
    // A tab with a newer version of the client waits for this one.
    blocking(_current, _blocked, { target }) {
      (target as IDBDatabase).close();
      opened = null;
    },
  });
  return opened;
}

/** Keep a copy of what a person sees, for when there is no network. */
export async function storeCopy(key: string, value: unknown): Promise<void> {
  await (await openDatabase()).put("copies", value, key);
}

/** Return a copy, or null. */
export async function readCopy<Value>(key: string): Promise<Value | null> {
  return ((await (await openDatabase()).get("copies", key)) as Value | undefined) ?? null;
}

/** Delete all copies, and what a camera has seen: the next person at this browser must not see them. */
export async function deleteCopies(): Promise<void> {
  const database = await openDatabase();
  await Promise.all([database.clear("copies"), database.clear("samples")]);
}

const OWNER = "owner";

/** Delete the copies, but keep a set that was being counted: its person may sign in again. */
export async function suspendCopies(): Promise<void> {
  const owner = await readCopy<string>(OWNER);
  await (await openDatabase()).clear("copies");
  if (owner !== null) await storeCopy(OWNER, owner);
}

/** Take what is here for a person, after all that somebody else has left is deleted. */
export async function claimCopies(userId: string): Promise<void> {
  const owner = await readCopy<string>(OWNER);
  if (owner !== null && owner !== userId) await deleteCopies();
  if (owner !== userId) await storeCopy(OWNER, userId);
}
