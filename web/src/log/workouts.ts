/** Workouts as the person sees them: the version of the server with the changes that it does not have yet. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { v7 } from "uuid";
import { api, type Schemas, unwrap } from "../api/client";
import { readCopy, storeCopy } from "../api/database";
import { addChanges, type Change, onSent, waitingChanges } from "../api/outbox";
import { ApiError, OFFLINE } from "../api/problems";
import { profile } from "../api/profile";
import { sessionState } from "../api/session";
import { showToast } from "../ui/feedback";
import { type Resource, useResource } from "../ui/resource";
import { applyChanges, type Workout, workoutIdOf } from "./apply";

/**
 * The version of a workout that is known to be stored: null if it does not exist, undefined until it has loaded. Usually it
 * is the server's own; without a network after a change was sent, it is what the change has made of the one before.
 */
type Stored = Workout | null | undefined;

const versions = new Map<string, Signal<Stored>>();

function versionOf(id: string): Signal<Stored> {
  let version = versions.get(id);
  if (version === undefined) {
    version = signal<Stored>(undefined);
    versions.set(id, version);
  }
  return version;
}

const copyKey = (id: string): string => `workout ${id}`;

async function keep(id: string, workout: Workout | null): Promise<void> {
  versionOf(id).value = workout;
  await storeCopy(copyKey(id), workout);
}

/** Fetch a workout from the server. Throws ApiError. */
async function fetchWorkout(id: string): Promise<void> {
  try {
    await keep(id, await unwrap(api.GET("/api/v1/workouts/{workout_id}", { params: { path: { workout_id: id } } })));
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isMissing) throw error;
    await keep(id, null);
  }
}

/** Load a workout. Without a network, the copy of this device is what there is. Throws ApiError. */
export async function loadWorkout(id: string): Promise<void> {
  try {
    await fetchWorkout(id);
  } catch (error) {
    if (versionOf(id).value !== undefined) return;
    const copy = await readCopy<Workout>(copyKey(id));
    if (copy === null && changesOf(id).length === 0) throw error;
    versionOf(id).value = copy;
  }
}

// A change leaves the outbox once the version that contains it is here: what is shown never jumps back.
onSent(async (sent) => {
  const ids = new Set(sent.map((change) => workoutIdOf(change.operation)));
  for (const id of ids) {
    const changes = sent.filter((change) => workoutIdOf(change.operation) === id);
    await fetchWorkout(id).catch(() => keep(id, applyChanges(versionOf(id).peek() ?? null, changes)));
    const workout = versionOf(id).peek();
    if (workout && workout.ended_at === null) await keepCurrent(id);
  }
  if (ids.size > 0) await loadCurrentWorkout().catch(() => undefined);
});

sessionState.subscribe((state) => {
  if (state !== "signed-out") return;
  batch(() => {
    currentId.value = undefined;
    versions.clear();
  });
});

/** The id of the running workout on the server: null if no workout is running, undefined until it has loaded. */
const currentId = signal<string | null | undefined>(undefined);
const CURRENT = "current workout";

async function keepCurrent(id: string | null): Promise<void> {
  currentId.value = id;
  await storeCopy(CURRENT, id);
}

/** Load the running workout. Without a network, the copy of this device is what there is. Throws ApiError. */
export async function loadCurrentWorkout(): Promise<void> {
  try {
    const workout = await unwrap(api.GET("/api/v1/workouts/current"));
    await keep(workout.id, workout);
    await keepCurrent(workout.id);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) await keepCurrent(null);
    else if (currentId.value === undefined) {
      const copy = await readCopy<string>(CURRENT);
      // Whether a workout is running is not known: another one must not start by mistake.
      if (copy === null && error.type !== OFFLINE) throw error;
      if (copy !== null) await loadWorkout(copy);
      currentId.value = copy;
    }
  }
}

function changesOf(id: string): readonly Change[] {
  return waitingChanges.value.filter((change) => workoutIdOf(change.operation) === id);
}

function viewOf(id: string): Workout | null | undefined {
  const stored = versionOf(id).value;
  const changes = changesOf(id);
  if (stored === undefined && changes.length === 0) return undefined;
  return applyChanges(stored ?? null, changes);
}

/** The running workout with the changes that the server does not have yet. Null if no workout is running. */
export const currentWorkout: ReadonlySignal<Workout | null | undefined> = computed(() => {
  const started = waitingChanges.value.findLast((change) => change.operation.operation === "create_workout");
  const ids = [started && workoutIdOf(started.operation), currentId.value];
  for (const id of ids) {
    const view = id ? viewOf(id) : null;
    if (view && view.ended_at === null) return view;
  }
  return currentId.value === undefined ? undefined : null;
});

/** Return a workout as the person sees it, and load it. */
export function useWorkout(id: string): { workout: Workout | null | undefined; loading: Resource<unknown> } {
  const loading = useResource(() => loadWorkout(id), [id]);
  const view = useMemo(() => computed(() => viewOf(id)), [id]);
  return { workout: view.value, loading };
}

/** Return the running workout, and load it. */
export function useCurrentWorkout(): ReadonlySignal<Workout | null | undefined> {
  useEffect(() => {
    void loadCurrentWorkout().catch(() => undefined);
  }, []);
  return currentWorkout;
}

/** Return an id (UUIDv7) for something new. It contains the time, from which the server knows when a set was made. */
export const createId = (): string => v7();

/** Start an empty workout now; return its id. */
export async function startWorkout(source: "manual" | "camera" = "manual"): Promise<string> {
  const id = createId();
  const data = { started_at: new Date().toISOString(), time_zone: profile.peek()?.time_zone ?? null, source };
  await addChanges([{ operation: "create_workout", id, data }]);
  return id;
}

/** Start a workout by an act, unless one is running: another tab or device may have started it. Throws ApiError. */
export async function startUnlessRunning(act: () => Promise<unknown>): Promise<void> {
  await loadCurrentWorkout();
  if (currentWorkout.peek()) showToast("A workout is running already. Finish it before you start another one.");
  else await act();
}

/** Finish a workout now. */
export async function finishWorkout(id: string): Promise<void> {
  await addChanges([{ operation: "finish_workout", id, data: { ended_at: new Date().toISOString() } }]);
}

/** Log a set into the running workout, which starts if none is running. The exercise is added if the workout does not contain it. */
export async function logSet(exercise: { id: string; name: string }, data: Schemas["SetInput"]): Promise<string> {
  const workoutId = currentWorkout.peek()?.id ?? (await startWorkout(data.evidence ? "camera" : "manual"));
  const id = data.id ?? createId();
  await addChanges(
    [{ operation: "append_set", id, workout_id: workoutId, exercise_id: exercise.id, data: { ...data, id } }],
    { [exercise.id]: exercise.name },
  );
  return workoutId;
}
