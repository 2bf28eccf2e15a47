/** The records of one exercise: what they are, its best sets, and when records were broken. */
import { api, type Schemas, unwrap } from "../api/client";
import PATHS from "../paths.json";
import { Pending } from "../ui/feedback";
import { formatLocalDate, formatNumber, formatWeight } from "../ui/format";
import { Card } from "../ui/Page";
import { MoreButton, usePages } from "../ui/pages";
import { useResource } from "../ui/resource";
import { describeRecordKind, formatRecord } from "./words";

type Record = Schemas["Record"];
type BrokenRecord = Schemas["BrokenRecord"];

export function ExerciseRecords({ exerciseId }: { readonly exerciseId: string }) {
  const query = { exercise: exerciseId };
  const found = useResource(() => unwrap(api.GET("/api/v1/statistics/records", { params: { query } })), [exerciseId]);
  const all = found.data.value?.items[0]?.records ?? [];
  const bestSets = all.filter((record) => record.kind === "reps_at_load");
  return (
    <>
      <div class="columns">
        <Card title="Records">
          <Pending of={found} />
          <ul class="plain-rows">
            {all
              .filter((record) => record.kind !== "reps_at_load")
              .map((record) => (
                <li key={record.kind}>
                  <span>{describeRecordKind(record.kind)}</span>
                  <span>
                    <strong>{formatRecord(record)}</strong> <WorkoutLink record={record} />
                  </span>
                </li>
              ))}
          </ul>
        </Card>
        {bestSets.length > 0 && <BestSets records={bestSets} />}
      </div>
      <History exerciseId={exerciseId} />
    </>
  );
}

function WorkoutLink({ record }: { readonly record: Pick<Record, "workout_id" | "date"> }) {
  return (
    <a class="small" href={PATHS.workout.replace(":id", record.workout_id)}>
      {formatLocalDate(record.date)}
    </a>
  );
}

/** The sets than which none was heavier with as many reps. */
function BestSets({ records }: { readonly records: readonly Record[] }) {
  const sorted = records.toSorted((one, other) => (other.weight_kg ?? 0) - (one.weight_kg ?? 0));
  return (
    <Card title="Best sets">
      <table>
        <thead>
          <tr>
            <th scope="col">Weight</th>
            <th scope="col" class="number">
              Reps
            </th>
            <th scope="col" class="number">
              Day
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((record) => (
            <tr key={record.weight_kg}>
              <th scope="row">{formatWeight(record.weight_kg ?? 0)}</th>
              <td class="number">{formatNumber(record.value)}</td>
              <td class="number">
                <WorkoutLink record={record} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

/** When records were broken, by workout. */
function History({ exerciseId }: { readonly exerciseId: string }) {
  const pages = usePages(
    (cursor) => {
      const query = { exercise: exerciseId, ...(cursor && { cursor }) };
      return unwrap(api.GET("/api/v1/statistics/records/history", { params: { query } }));
    },
    [exerciseId],
  );
  const workouts = Map.groupBy(pages.items ?? [], (record) => record.workout_id);
  return (
    <Card title="When you broke records">
      <Pending of={pages.first} />
      {pages.items?.length === 0 && <p class="muted">Do better than your first time, and it appears here.</p>}
      <ul class="plain-rows">
        {[...workouts].map(([id, records]) => (
          <li key={id}>
            <a href={PATHS.workout.replace(":id", id)}>{records[0]?.workout_title}</a>
            <span class="muted small">{records[0] && formatLocalDate(records[0].date)}</span>
            {records.map((record) => (
              <span key={`${record.kind} ${record.weight_kg}`} class="whole-row">
                {describeBroken(record)}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <MoreButton pages={pages} />
    </Card>
  );
}

/** Return a broken record such as `Heaviest set: 62.5 kg, before 60 kg`. */
function describeBroken(record: BrokenRecord): string {
  const { kind, weight_kg } = record;
  const name = weight_kg === null ? describeRecordKind(kind) : `Most reps with ${formatWeight(weight_kg)}`;
  return `${name}: ${formatRecord(record)}, before ${formatRecord({ ...record, value: record.previous })}`;
}
