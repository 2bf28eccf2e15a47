/** The totals and the bests of an exercise. */
import type { Schemas } from "../api/client";
import {
  formatCount,
  formatDistance,
  formatDuration,
  formatLocalDate,
  formatNumber,
  formatVolume,
  formatWeight,
} from "../ui/format";
import { Card, Stat } from "../ui/Page";

type Total = Schemas["ExerciseProgress"]["all_time"];

export function AllTime({ total }: { readonly total: Total }) {
  const { weight_kg: weight, reps } = total.best_set;
  return (
    <Card>
      <div class="stats">
        <Stat label="Workouts" value={formatNumber(total.workouts)} />
        <Stat label="Sets" value={formatNumber(total.sets)} />
        {total.reps > 0 && <Stat label="Reps" value={formatNumber(total.reps)} />}
        {total.volume_kg > 0 && <Stat label="Lifted" value={formatVolume(total.volume_kg)} />}
        {weight !== null && reps !== null && (
          <Stat label="Heaviest set" value={formatWeight(weight)} note={`with ${formatCount(reps, "rep")}`} />
        )}
        {total.e1rm_kg !== null && (
          <Stat
            label="For one rep"
            value={formatWeight(total.e1rm_kg, 1)}
            note="estimated: the most you could lift once"
          />
        )}
        {total.longest_seconds !== null && <Stat label="Longest set" value={formatDuration(total.longest_seconds)} />}
        {total.farthest_meters !== null && <Stat label="Farthest" value={formatDistance(total.farthest_meters)} />}
      </div>
      {total.first_on && <p class="muted">Since {formatLocalDate(total.first_on)}.</p>}
    </Card>
  );
}
