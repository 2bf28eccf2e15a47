/** What a routine plans, as its page changes it. */
import type { Schemas } from "../api/client";

export type Planned = Schemas["PlannedExercise"];

const DEFAULT_SETS = 3;
const DEFAULT_REPS = 10;

const TARGET: Schemas["Target"] = {
  kind: "normal",
  reps: DEFAULT_REPS,
  reps_to: null,
  weight_kg: null,
  assistance_kg: null,
  duration_seconds: null,
  distance_meters: null,
  rpe: null,
  rest_seconds: null,
};

/** Return the plan of an exercise that was just added. */
export function planExercise(exercise: { readonly id: string; readonly name: string }): Planned {
  return {
    exercise: { id: exercise.id, name: exercise.name, custom: false },
    superset: null,
    notes: null,
    targets: Array.from({ length: DEFAULT_SETS }, () => TARGET),
    progression: null,
    progress_since: null,
  };
}

/** Return a plan as the API takes it. */
export function toInput({ exercise, superset, notes, targets, progression }: Planned): Schemas["RoutineExerciseInput"] {
  return { exercise_id: exercise.id, superset, notes, targets, progression };
}
