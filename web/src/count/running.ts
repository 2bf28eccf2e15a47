/** The set that is being counted in this tab. It outlives a reload of the page. */
import type { Schemas } from "../api/client";
import { hasSessionEnded, sessionState } from "../api/session";
import type { Rules } from "./rules";

export type CountedExercise = Pick<Schemas["Exercise"], "id" | "name" | "countable">;

export type RunningSet = {
  /** Also the id of the set in the workout, so that it is saved once. */
  readonly setId: string;
  /** Whose set it is. It waits if the session ends, and is not shown to somebody else. */
  readonly userId: string;
  /** Null counts whatever repeats. The exercise is chosen afterwards. */
  readonly exercise: CountedExercise | null;
  readonly rules: Rules;
  /** The recording that takes the place of the camera. */
  readonly recording: string | null;
  readonly startedAt: number;
  /** Whether the person has stopped it. Its result may still be on its way. */
  readonly isEnded?: boolean;
};

const KEY = "counted-set";
// The server keeps a set that has ended for a day.
const KEPT_MS = 24 * 60 * 60 * 1000;

export function keepRunningSet(running: RunningSet | null): void {
  if (running === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(running));
}

/** Return the set of a person that this tab was counting before it was reloaded. Null if it was counting nothing. */
export function restoreRunningSet(userId: string | undefined, now: number = Date.now()): RunningSet | null {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return null;
  const running = JSON.parse(text) as RunningSet;
  return running.userId === userId && now - running.startedAt < KEPT_MS ? running : null;
}

sessionState.subscribe((state) => {
  if (state === "signed-out" && !hasSessionEnded.peek()) keepRunningSet(null);
});
