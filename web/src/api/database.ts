/** The database of this browser: changes that are not sent yet, and copies of what was shown last. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Change } from "./outbox";

interface ClientDatabase extends DBSchema {
  /** In the order in which they were made. */
  changes: { key: number; value: Change };
  copies: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<ClientDatabase>> | null = null;

export function openDatabase(): Promise<IDBPDatabase<ClientDatabase>> {
  opened ??= openDB<ClientDatabase>("exercise-buddy", 1, {
    upgrade(database) {
      database.createObjectStore("changes", { keyPath: "sequence", autoIncrement: true });
      database.createObjectStore("copies");
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

/** Delete all copies: the next person at this browser must not see them. */
export async function deleteCopies(): Promise<void> {
  await (await openDatabase()).clear("copies");
}
