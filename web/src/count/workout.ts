/** The workout that a set belongs to. It runs while the set is counted, so that other devices can watch it. */
import { addChanges, sendChanges } from "../api/outbox";
import { currentWorkout, loadCurrentWorkout, startWorkout } from "../log/workouts";

/** Start a workout if none is running, and wait until the server has it. Without a network, it gets it later. */
export async function startWorkoutOfSet(): Promise<void> {
  await loadCurrentWorkout();
  if (currentWorkout.peek()) return;
  await startWorkout("camera");
  await sendChanges();
}

/** Delete the workout that was started for a set which is not kept, if nothing else is in it. */
export async function discardWorkoutOfSet(startedAt: number): Promise<void> {
  await loadCurrentWorkout();
  const workout = currentWorkout.peek();
  if (!workout || workout.exercises.length > 0 || Date.parse(workout.started_at) < startedAt) return;
  await addChanges([{ operation: "delete_workout", id: workout.id }]);
}
