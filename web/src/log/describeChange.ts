/** A change that is not on the server, in words. */
import type { Change } from "../api/outbox";
import { describeSet } from "./sets";

const NONE = { reps: null, weight_kg: null, assistance_kg: null, duration_seconds: null, distance_meters: null };

/** Return what a change is about, such as `A set: 60 kg × 5`. */
export function describeChange({ operation, names }: Change): string {
  switch (operation.operation) {
    case "append_set":
      return `A set: ${describeSet({ ...NONE, ...operation.data })}`;
    case "update_set":
      return `A change of a set: ${describeSet({ ...NONE, ...operation.data })}`;
    case "delete_set":
      return "The deletion of a set";
    case "append_exercise":
      return `An exercise: ${names[operation.data.exercise_id] ?? "added to a workout"}`;
    case "update_exercise_of_workout":
      return "A change of an exercise";
    case "delete_exercise_of_workout":
      return "The deletion of an exercise";
    case "create_workout":
      return "A new workout";
    case "update_workout":
      return "The title and the notes of a workout";
    case "finish_workout":
      return "The end of a workout";
    case "delete_workout":
      return "The deletion of a workout";
  }
}
