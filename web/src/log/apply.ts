/** What a workout looks like with changes that the server does not have yet. Applying one twice changes nothing more. */
import type { Schemas } from "../api/client";
import type { Change, Operation } from "../api/outbox";

export type Workout = Pick<Schemas["Workout"], "id" | "title" | "started_at" | "ended_at" | "notes" | "routine_id"> & {
  readonly exercises: readonly WorkoutExercise[];
};
export type WorkoutExercise = Pick<Schemas["PerformedExercise"], "id" | "exercise" | "targets"> & {
  readonly sets: readonly WorkoutSet[];
};
export type WorkoutSet = Schemas["WorkoutSet"];

const EMPTY_SET: Omit<WorkoutSet, "id"> = {
  kind: "normal",
  reps: null,
  weight_kg: null,
  assistance_kg: null,
  duration_seconds: null,
  distance_meters: null,
  rpe: null,
  rest_seconds: null,
  evidence: null,
};

const UNTITLED = "Workout";

/** Return the id of the workout that an operation changes. */
export function workoutIdOf(operation: Operation): string {
  return "workout_id" in operation ? operation.workout_id : operation.id;
}

/** Apply changes to a workout, or to null if it does not exist. The result is null after a deletion. */
export function applyChanges(workout: Workout | null, changes: readonly Change[]): Workout | null {
  return changes.reduce<Workout | null>(applyChange, workout);
}

function applyChange(workout: Workout | null, { operation, names }: Change): Workout | null {
  if (operation.operation === "create_workout") return workout ?? createWorkout(operation, names);
  if (workout === null) return null;
  switch (operation.operation) {
    case "delete_workout":
      return null;
    case "update_workout":
      return updateWorkout(workout, operation.data);
    case "finish_workout":
      return { ...workout, ended_at: operation.data?.ended_at ?? workout.ended_at ?? new Date().toISOString() };
    case "append_exercise":
      if (workout.exercises.some((exercise) => exercise.id === operation.id)) return workout;
      return { ...workout, exercises: [...workout.exercises, createExercise(operation.id, operation.data, names)] };
    case "delete_exercise_of_workout":
      return { ...workout, exercises: workout.exercises.filter((exercise) => exercise.id !== operation.id) };
    case "update_exercise_of_workout":
      return moveExercise(workout, operation);
    case "append_set":
      return appendSet(workout, operation, names);
    case "update_set":
      return mapSets(workout, (sets) =>
        sets.map((item) => (item.id === operation.id ? changeSet(item, operation.data) : item)),
      );
    case "delete_set":
      return mapSets(workout, (sets) => sets.filter((item) => item.id !== operation.id));
  }
}

function createWorkout({ id, data }: Schemas["CreateWorkout"], names: Change["names"]): Workout {
  return {
    id,
    title: data.title ?? UNTITLED,
    started_at: data.started_at,
    ended_at: data.ended_at ?? null,
    notes: data.notes ?? null,
    routine_id: null,
    exercises: (data.exercises ?? []).map((exercise) =>
      createExercise(exercise.id ?? exercise.exercise_id, exercise, names),
    ),
  };
}

function createExercise(id: string, data: Schemas["ExerciseInput"], names: Change["names"]): WorkoutExercise {
  const exercise = { id: data.exercise_id, name: names[data.exercise_id] ?? "Exercise", custom: false };
  const sets = (data.sets ?? []).map((item, index) =>
    changeSet({ ...EMPTY_SET, id: item.id ?? `${id}/${index}` }, item),
  );
  return { id, exercise, targets: [], sets };
}

function changeSet(stored: WorkoutSet, change: Schemas["SetChange"] | Schemas["SetInput"]): WorkoutSet {
  const { evidence: _evidence, ...values } = change;
  const given = Object.fromEntries(Object.entries(values).filter(([name]) => name in EMPTY_SET));
  return { ...stored, ...given };
}

function updateWorkout(workout: Workout, change: Schemas["WorkoutChange"]): Workout {
  const title = change.title === null ? UNTITLED : (change.title ?? workout.title);
  return {
    ...workout,
    title,
    notes: change.notes === undefined ? workout.notes : change.notes,
    started_at: change.started_at ?? workout.started_at,
    ended_at: change.ended_at === undefined ? workout.ended_at : change.ended_at,
  };
}

function moveExercise(workout: Workout, operation: Schemas["UpdateExerciseOfWorkout"]): Workout {
  const moved = workout.exercises.find((exercise) => exercise.id === operation.id);
  const position = operation.data.position;
  if (moved === undefined || position === undefined) return workout;
  const others = workout.exercises.filter((exercise) => exercise !== moved);
  return { ...workout, exercises: [...others.slice(0, position), moved, ...others.slice(position)] };
}

function appendSet(workout: Workout, operation: Schemas["AppendSet"], names: Change["names"]): Workout {
  const isThere = workout.exercises.some((exercise) => exercise.sets.some((item) => item.id === operation.id));
  if (isThere) return workout;
  const added = changeSet({ ...EMPTY_SET, id: operation.id }, operation.data);
  const target = workout.exercises.findLast((exercise) =>
    operation.entry_id ? exercise.id === operation.entry_id : exercise.exercise.id === operation.exercise_id,
  );
  if (target === undefined) {
    if (!operation.exercise_id) return workout;
    const created = createExercise(operation.id, { exercise_id: operation.exercise_id }, names);
    return { ...workout, exercises: [...workout.exercises, { ...created, sets: [added] }] };
  }
  const exercises = workout.exercises.map((exercise) =>
    exercise === target ? { ...exercise, sets: [...exercise.sets, added] } : exercise,
  );
  return { ...workout, exercises };
}

function mapSets(workout: Workout, map: (sets: readonly WorkoutSet[]) => readonly WorkoutSet[]): Workout {
  return {
    ...workout,
    exercises: workout.exercises.map((exercise) => ({ ...exercise, sets: map(exercise.sets) })),
  };
}
