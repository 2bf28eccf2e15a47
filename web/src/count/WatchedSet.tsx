/** The count of a set that another device sees: on a screen that can be read from where the person trains. */
import { loadCurrentWorkout, loadWorkout } from "../log/workouts";
import { formatNumber } from "../ui/format";
import { Card } from "../ui/Page";
import { useWatchedSet } from "./watch";
import "./count.css";

export function WatchedSet({ workoutId }: { readonly workoutId: string }) {
  const reload = async (): Promise<void> => {
    await Promise.all([loadWorkout(workoutId), loadCurrentWorkout()]).catch(() => undefined);
  };
  const set = useWatchedSet(workoutId, reload).value;
  if (set === null) return null;
  const isHold = set.heldMs !== null;
  const number = isHold ? Math.floor((set.heldMs ?? 0) / 1000) : set.count;
  return (
    <Card class="watched-set" title="Counted on another device">
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
