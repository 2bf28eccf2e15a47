/** This week day by day, beside the week before. */
import type { Schemas } from "../api/client";
import { formatCount, formatDuration, formatLocalDate, formatNumber, formatVolume } from "../ui/format";
import { Card, Stat } from "../ui/Page";

export function Week({ week }: { readonly week: Schemas["Week"] }) {
  const most = Math.max(1, ...week.days.map((day) => day.reps));
  const before = week.last_week.until_same_weekday;
  return (
    <Card title="This week">
      <ol class="week">
        {week.days.map((day) => (
          <li key={day.date} class={day.date === week.today ? "today" : ""}>
            <span class="visually-hidden">
              {formatLocalDate(day.date, { weekday: "long" })}: {describeDay(day)}
            </span>
            <span class="bar" aria-hidden="true">
              <span style={{ height: `${day.workouts === 0 ? 0 : Math.max(12, (day.reps / most) * 100)}%` }} />
            </span>
            <span aria-hidden="true">{formatLocalDate(day.date, { weekday: "narrow" })}</span>
          </li>
        ))}
      </ol>
      <div class="stats">
        <Stat label="Workouts" value={formatNumber(week.workouts)} note={compare(week.workouts, before.workouts)} />
        <Stat label="Reps" value={formatNumber(week.reps)} note={compare(week.reps, before.reps)} />
        <Stat label="Lifted" value={formatVolume(week.volume_kg)} />
        <Stat label="Time" value={formatDuration(Math.round(week.duration_seconds / 60) * 60)} />
      </div>
    </Card>
  );
}

function describeDay(day: Schemas["DayOfWeek"]): string {
  if (day.workouts === 0) return "no workout";
  return `${formatCount(day.workouts, "workout")}, ${formatCount(day.reps, "rep")}`;
}

/** Compare with the same days of the week before. */
function compare(now: number, before: number): string {
  if (now === before) return "as last week by now";
  return `${formatNumber(Math.abs(now - before))} ${now > before ? "more" : "fewer"} than last week by now`;
}
