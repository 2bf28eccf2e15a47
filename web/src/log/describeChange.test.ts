import { expect, it } from "vitest";
import type { Change, Operation } from "../api/outbox";
import { describeChange } from "./describeChange";

it.each<[Operation, string]>([
  [
    { operation: "append_set", id: "1", workout_id: "2", exercise_id: "3", data: { weight_kg: 60, reps: 5 } },
    "A set: 60 kg × 5",
  ],
  [{ operation: "update_set", id: "1", workout_id: "2", data: { reps: 6 } }, "A change of a set: 6 reps"],
  [{ operation: "append_exercise", id: "1", workout_id: "2", data: { exercise_id: "3" } }, "An exercise: Squat"],
  [{ operation: "delete_workout", id: "1" }, "The deletion of a workout"],
])("%#: says what the change is", (operation, text) => {
  const change: Change = { userId: "0", operation, names: { 3: "Squat" } };
  expect(describeChange(change)).toBe(text);
});
