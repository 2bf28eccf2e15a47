/** The records of all exercises, with a search. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import PATHS from "../paths.json";
import { Button, bindText, Field } from "../ui/controls";
import { Pending } from "../ui/feedback";
import { formatLocalDate, formatNumber } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { describeRecordKind, formatRecord } from "./words";

const SHOWN = 10;

export function RecordList() {
  const found = useResource(() => unwrap(api.GET("/api/v1/statistics/records")));
  const text = useSignal("");
  const isAll = useSignal(false);
  const words = text.value.trim().toLowerCase();
  const fitting = found.data.value?.items.filter((item) => item.exercise.name.toLowerCase().includes(words)) ?? [];
  const shown = isAll.value || words !== "" ? fitting : fitting.slice(0, SHOWN);
  return (
    <Card title="Your exercises and records">
      <Field label="Search an exercise" type="search" {...bindText(text)} />
      <Pending of={found} />
      <ul class="list" aria-label="Exercises with records">
        {shown.map(({ exercise, records }) => {
          const best = records.find((record) => ["load", "reps", "duration", "distance"].includes(record.kind));
          return (
            <li key={exercise.id}>
              <a class="list-row" href={PATHS.exerciseProgress.replace(":id", exercise.id)}>
                <span>
                  <strong>{exercise.name}</strong>
                  {best && (
                    <span class="secondary-line">
                      {describeRecordKind(best.kind)}: {formatRecord(best)}, {formatLocalDate(best.date)}
                    </span>
                  )}
                </span>
                <Icon name="next" />
              </a>
            </li>
          );
        })}
      </ul>
      {shown.length < fitting.length && (
        <Button
          variant="secondary"
          onClick={() => {
            isAll.value = true;
          }}
        >
          Show all {formatNumber(fitting.length)}
        </Button>
      )}
      <a href={PATHS.mergeExercises}>Is one here twice? Merge your own exercises</a>
    </Card>
  );
}
