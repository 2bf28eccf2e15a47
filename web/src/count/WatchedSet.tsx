/** The count of a set that another device sees: on a screen that can be read from where the person trains. */
import { loadExercise } from "../api/exercises";
import { loadCurrentWorkout, loadWorkout } from "../log/workouts";
import { formatNumber } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { useWatchedSet } from "./watch";
import "./count.css";

export function WatchedSet({ workoutId }: { readonly workoutId: string }) {
  const reload = async (): Promise<void> => {
    await Promise.all([loadWorkout(workoutId), loadCurrentWorkout()]).catch(() => undefined);
  };
  const set = useWatchedSet(workoutId, reload).value;
  const exerciseId = set?.exerciseId ?? null;
  const exercise = useResource(async () => (exerciseId === null ? null : loadExercise(exerciseId)), [exerciseId]);
  if (set === null) return null;
  // That of the set before stays until the next one is loaded.
  const name = exercise.data.value?.id === exerciseId ? exercise.data.value?.name : undefined;
  const isHold = set.heldMs !== null;
  const number = isHold ? Math.floor((set.heldMs ?? 0) / 1000) : set.count;
  return (
    <Card class="watched-set" title="Counted on another device">
      {name && <p class="muted">{name}</p>}
      <p class="big-number" aria-live="polite" aria-atomic="true">
        <output aria-label={isHold ? "Seconds on the other device" : "Reps on the other device"}>
          {formatNumber(number)}
        </output>
        <span>{isHold ? "seconds" : number === 1 ? "rep" : "reps"}</span>
      </p>
      {set.hint && <p class="note warning">{set.hint}</p>}
    </Card>
  );
}
