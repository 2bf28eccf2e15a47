/** The latest workouts, and the records that were broken in them. */
import type { Schemas } from "../api/client";
import PATHS from "../paths.json";
import { formatCount, formatLocalDate, formatRelativeDay } from "../ui/format";
import { Card } from "../ui/Page";
import { describeRecordKind, formatRecord } from "./words";

type Dashboard = Schemas["Dashboard"];

export function LatestWorkouts({ workouts }: { readonly workouts: Dashboard["workouts"] }) {
  return (
    <Card title="Latest workouts">
      <ul class="plain-rows">
        {workouts.map((workout) => (
          <li key={workout.id}>
            <a href={PATHS.workout.replace(":id", workout.id)}>{workout.title}</a>
            <span class="muted small">
              {formatRelativeDay(workout.started_at)} · {formatCount(workout.sets, "set")}
            </span>
          </li>
        ))}
      </ul>
      <a href={PATHS.workouts}>All workouts</a>
    </Card>
  );
}

export function RecentRecords({ records }: { readonly records: Dashboard["records"] }) {
  return (
    <Card title="Recent records">
      {records.length === 0 && <p class="muted">Do one rep more than last time, and it appears here.</p>}
      <ul class="plain-rows">
        {[...Map.groupBy(records, (record) => record.exercise.id)].map(([id, ofExercise]) => (
          <li key={id}>
            <a href={PATHS.exerciseProgress.replace(":id", id)}>{ofExercise[0]?.exercise.name}</a>
            <span class="muted small">{ofExercise[0] && formatLocalDate(ofExercise[0].date)}</span>
            <span class="whole-row">
              {ofExercise.map((record) => `${describeRecordKind(record.kind)}: ${formatRecord(record)}`).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
