/** What was achieved in a period: totals, a chart, muscles, records, and how reps were done. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import { profile } from "../api/profile";
import PATHS from "../paths.json";
import { LinkButton } from "../ui/controls";
import { EmptyState, Pending } from "../ui/feedback";
import { formatDuration, formatNumber, formatVolume, localDate } from "../ui/format";
import { Card, Page, Stat } from "../ui/Page";
import { useResource } from "../ui/resource";
import { Choice } from "./Choice";
import { Muscles } from "./Muscles";
import { chooseBucket, describeChange, firstDay, PERIODS, type Period, WEEKDAYS } from "./points";
import { Quality } from "./Quality";
import { RecordList } from "./RecordList";
import { Trend } from "./Trend";
import "./progress.css";

export default function ProgressPage() {
  const period = useSignal<Period>(PERIODS[1] as Period);
  const today = localDate();
  const from = firstDay(period.value, today, WEEKDAYS.indexOf(profile.value?.week_starts_on ?? "monday"));
  const query = from === null ? {} : { from };
  const summary = useResource(() => unwrap(api.GET("/api/v1/statistics/summary", { params: { query } })), [from]);
  const all = useResource(() => unwrap(api.GET("/api/v1/statistics/summary")));
  const total = summary.data.value;
  if (all.data.value?.workouts === 0) {
    return (
      <Page title="Progress">
        <EmptyState icon="progress" title="Nothing to see yet" action={<FirstActions />}>
          After your first workouts, you see here how you get stronger.
        </EmptyState>
      </Page>
    );
  }
  const before = total?.previous;
  // Without a first day, muscles and reps would cover 90 days only.
  const firstShown = from ?? all.data.value?.from;
  return (
    <Page title="Progress">
      <Choice
        label="Period"
        options={PERIODS.map((item) => item.name)}
        value={period.value.name}
        onChange={(name) => {
          period.value = PERIODS.find((item) => item.name === name) ?? period.value;
        }}
      />
      <Pending of={summary.error.value === null && all.error.value !== null ? all : summary} />
      {total !== null && (
        <Card>
          <div class="stats">
            <Stat
              label="Workouts"
              value={formatNumber(total.workouts)}
              note={describeChange(total.workouts, before?.workouts)}
            />
            <Stat label="Reps" value={formatNumber(total.reps)} note={describeChange(total.reps, before?.reps)} />
            <Stat
              label="Lifted"
              value={formatVolume(total.volume_kg)}
              note={describeChange(total.volume_kg, before?.volume_kg)}
            />
            <Stat
              label="Time"
              value={formatDuration(Math.round(total.duration_seconds / 60) * 60)}
              note={describeChange(total.duration_seconds, before?.duration_seconds)}
            />
          </div>
        </Card>
      )}
      {firstShown && (
        <>
          <Trend from={firstShown} bucket={period.value.bucket ?? chooseBucket(firstShown, today)} />
          <div class="columns">
            <Muscles from={firstShown} />
            <Quality from={firstShown} />
          </div>
        </>
      )}
      <RecordList />
    </Page>
  );
}

function FirstActions() {
  return (
    <div class="actions">
      <LinkButton href={PATHS.count} icon="camera">
        Count a set
      </LinkButton>
      <LinkButton variant="secondary" href={PATHS.imports} icon="import">
        Bring your history
      </LinkButton>
    </div>
  );
}
