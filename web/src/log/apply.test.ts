import { describe, expect, it } from "vitest";
import type { Change, Operation } from "../api/outbox";
import { applyChanges, type Workout } from "./apply";

const change = (operation: Operation): Change => ({ userId: "ann", operation, names: { squat: "Squat", row: "Row" } });

const START = change({
  operation: "create_workout",
  id: "w",
  data: { started_at: "2026-11-27T10:00:00Z", source: "manual" },
});
const SQUAT = change({ operation: "append_exercise", id: "e1", workout_id: "w", data: { exercise_id: "squat" } });
const ROW = change({ operation: "append_exercise", id: "e2", workout_id: "w", data: { exercise_id: "row" } });
const SET = change({
  operation: "append_set",
  id: "s1",
  workout_id: "w",
  entry_id: "e1",
  data: { reps: 8, weight_kg: 60 },
});

const summarize = (workout: Workout | null) =>
  workout?.exercises.map((exercise) => [
    exercise.exercise.name,
    exercise.sets.map((item) => [item.reps, item.weight_kg]),
  ]);

describe("applyChanges", () => {
  it("builds a workout from nothing", () => {
    const workout = applyChanges(null, [START, SQUAT, SET, ROW]);

    expect(summarize(workout)).toEqual([
      ["Squat", [[8, 60]]],
      ["Row", []],
    ]);
    expect(workout?.ended_at).toBeNull();
  });

  it("changes nothing when it applies the same again", () => {
    const changes = [START, SQUAT, SET, ROW];
    const once = applyChanges(null, changes);

    expect(applyChanges(once, changes)).toEqual(once);
  });

  it("changes, moves and deletes", () => {
    const workout = applyChanges(null, [
      START,
      SQUAT,
      SET,
      ROW,
      change({ operation: "update_set", id: "s1", workout_id: "w", data: { reps: 9 } }),
      change({ operation: "update_exercise_of_workout", id: "e2", workout_id: "w", data: { position: 0 } }),
      change({ operation: "update_workout", id: "w", data: { title: "Legs" } }),
    ]);

    expect(summarize(workout)).toEqual([
      ["Row", []],
      ["Squat", [[9, 60]]],
    ]);
    expect(workout?.title).toBe("Legs");
    const without = applyChanges(workout, [
      change({ operation: "delete_set", id: "s1", workout_id: "w" }),
      change({ operation: "delete_exercise_of_workout", id: "e2", workout_id: "w" }),
    ]);
    expect(summarize(without)).toEqual([["Squat", []]]);
  });

  it("adds a set to the last exercise that is meant, or a new one", () => {
    const bySet = change({ operation: "append_set", id: "s2", workout_id: "w", exercise_id: "row", data: { reps: 5 } });
    const next = change({ operation: "append_set", id: "s3", workout_id: "w", exercise_id: "row", data: { reps: 6 } });

    const workout = applyChanges(null, [START, SQUAT, bySet, next]);

    expect(summarize(workout)).toEqual([
      ["Squat", []],
      [
        "Row",
        [
          [5, null],
          [6, null],
        ],
      ],
    ]);
  });

  it("ends and deletes a workout", () => {
    const finish = change({ operation: "finish_workout", id: "w", data: { ended_at: "2026-11-27T11:00:00Z" } });

    expect(applyChanges(null, [START, finish])?.ended_at).toBe("2026-11-27T11:00:00Z");
    expect(applyChanges(null, [START, change({ operation: "delete_workout", id: "w" })])).toBeNull();
    expect(applyChanges(null, [SET])).toBeNull();
  });
});
