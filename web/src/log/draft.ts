/** Changes of a routine that are not saved yet. They outlive leaving and reloading the page, in this tab. */
import type { Schemas } from "../api/client";
import { sessionState } from "../api/session";
import type { Planned } from "./plan";

/** A routine with changes, and the `ETag` of the version that they change. */
export type Draft = Pick<Schemas["Routine"], "id" | "name"> & {
  readonly exercises: readonly Planned[];
  readonly etag: string | null;
};

const PREFIX = "routine ";

/** Return the changes of a routine, or null. */
export function readDraft(id: string): Draft | null {
  return JSON.parse(sessionStorage.getItem(PREFIX + id) ?? "null") as Draft | null;
}

export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(PREFIX + draft.id, JSON.stringify(draft));
}

export function dropDraft(id: string): void {
  sessionStorage.removeItem(PREFIX + id);
}

/** Drop all: the next person at this browser must not see them. */
export function dropDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

sessionState.subscribe((state) => {
  if (state === "signed-out") dropDrafts();
});
