/** The events of a workout in progress, which tell of the set that another device counts. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { useEffect, useMemo } from "preact/hooks";
import { api, authorizedFetch } from "../api/client";
import { ApiError } from "../api/problems";

/** What another device has counted so far. */
export type WatchedSet = {
  readonly setId: string;
  /** Null for a set of no exercise. */
  readonly exerciseId: string | null;
  readonly count: number;
  /** Null for a set of reps. */
  readonly heldMs: number | null;
  /** What the person should do. */
  readonly hint: string | null;
};

type Message = {
  readonly set_id: string;
  readonly exercise_id?: string | null;
  readonly count?: number;
  readonly duration_ms?: number;
  readonly hint?: string | null;
  readonly reason?: string;
};

const RECONNECT_MS = 3_000;

/** Return the set after an event of it. */
export function applyEvent(set: WatchedSet | null, event: string, message: Message): WatchedSet | null {
  if (event === "counted") return null;
  const known =
    set?.setId === message.set_id
      ? set
      : { setId: message.set_id, exerciseId: message.exercise_id ?? null, count: 0, heldMs: null, hint: null };
  if (event === "rep") return { ...known, count: message.count ?? known.count };
  if (event === "hold") return { ...known, heldMs: message.duration_ms ?? known.heldMs };
  if (event === "tracking") return { ...known, hint: message.hint ?? null };
  return set;
}

/**
 * Return the set that another device counts for a workout. `onChange` is called when the workout has changed or ended.
 *
 * While the page is hidden, nothing is watched: a browser has few connections, and a person few streams.
 */
export function useWatchedSet(workoutId: string, onChange: () => unknown): ReadonlySignal<WatchedSet | null> {
  const set = useMemo(() => signal<WatchedSet | null>(null), [workoutId]);
  useEffect(() => {
    let controller: AbortController | null = null;
    const update = (): void => {
      controller?.abort();
      controller = null;
      set.value = null;
      if (document.hidden) return;
      controller = new AbortController();
      void watch(workoutId, controller.signal, (event, message) => {
        if (event === "workout" || event === "workout_changed" || event === "end") onChange();
        else set.value = applyEvent(set.value, event, message);
      });
    };
    update();
    document.addEventListener("visibilitychange", update);
    return () => {
      document.removeEventListener("visibilitychange", update);
      controller?.abort();
    };
  }, [workoutId]);
  return set;
}

/** Read the events of a workout until it has ended, and connect again whenever the connection is lost. */
async function watch(
  workoutId: string,
  aborted: AbortSignal,
  onEvent: (event: string, message: Message) => void,
): Promise<void> {
  while (!aborted.aborted) {
    const reason = await readEvents(workoutId, aborted, onEvent).catch((error: unknown) =>
      error instanceof ApiError && error.status === 409 ? "finished" : null,
    );
    if (reason === "finished" || reason === "deleted") return;
    // A workout that was just started may not be on the server yet.
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

/** Read one stream; return why the server has ended it. Throws ApiError. */
async function readEvents(
  workoutId: string,
  aborted: AbortSignal,
  onEvent: (event: string, message: Message) => void,
): Promise<string | null> {
  const { data, error, response } = await api.GET("/api/v1/workouts/{workout_id}/events", {
    params: { path: { workout_id: workoutId } },
    parseAs: "stream",
    signal: aborted,
    fetch: authorizedFetch,
  });
  if (!response.ok || !data) throw ApiError.fromBody(error, response);
  const events = data.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for (const reader = events.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return null;
    const message = JSON.parse(value.data) as Message;
    if (!aborted.aborted) onEvent(value.event ?? "", message);
    if (value.event === "end") return message.reason ?? null;
  }
}
