/** What was done in a workout: its totals, and the sets of each exercise. */
import PATHS from "../paths.json";
import { formatDuration, formatNumber, formatVolume } from "../ui/format";
import { Card, Stat } from "../ui/Page";
import type { Workout, WorkoutSet } from "./apply";
import { describeSet } from "./sets";

/** Return how long a workout took, in seconds; 0 if that is not known, as of some apps that it came from. */
export function lastsOf({ started_at, ended_at }: Workout): number {
  return ended_at === null ? 0 : (Date.parse(ended_at) - Date.parse(started_at)) / 1000;
}

export function Totals({ workout }: { readonly workout: Workout }) {
  const sets = workout.exercises.flatMap((exercise) => exercise.sets);
  const reps = sets.reduce((sum, item) => sum + (item.reps ?? 0), 0);
  const volume = sets.reduce((sum, item) => sum + (item.reps ?? 0) * (item.weight_kg ?? 0), 0);
  const seconds = lastsOf(workout);
  return (
    <Card>
      <div class="stats">
        <Stat label="Sets" value={formatNumber(sets.length)} />
        <Stat label="Reps" value={formatNumber(reps)} />
        {volume > 0 && <Stat label="Lifted" value={formatVolume(volume)} />}
        {seconds > 0 && <Stat label="Time" value={formatDuration(Math.round(seconds / 60) * 60)} />}
      </div>
      {workout.notes && <p class="notes">{workout.notes}</p>}
    </Card>
  );
}

export function Exercises({ workout }: { readonly workout: Workout }) {
  return (
    <>
      {workout.exercises.map((exercise) => (
        <Card key={exercise.id}>
          <h2>
            <a href={PATHS.exerciseProgress.replace(":id", exercise.exercise.id)}>{exercise.exercise.name}</a>
          </h2>
          <ol aria-label={`Sets of ${exercise.exercise.name}`}>
            {exercise.sets.map((item) => (
              <li key={item.id}>
                {describeSet(item)}
                {item.kind === "warm_up" && <span class="muted"> (warm-up)</span>}
                {item.evidence && <span class="muted"> {describeCamera(item)}</span>}
              </li>
            ))}
          </ol>
        </Card>
      ))}
    </>
  );
}

function describeCamera({ reps, evidence }: WorkoutSet): string {
  const counted = evidence?.detected_reps ?? 0;
  return counted === reps ? "· counted by camera" : `· the camera counted ${formatNumber(counted)}`;
}
