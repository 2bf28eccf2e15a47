/** A year of days as a table of weeks: the darker, the more was done. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../api/client";
import { formatCount, formatLocalDate } from "../ui/format";
import { findMonth, toWeeks } from "./calendarGrid";
import { WEEKDAYS } from "./points";

type Day = Schemas["CalendarDay"];
type HeatMapProps = { readonly days: readonly Day[]; readonly firstWeekday: Schemas["Weekday"] };

/** How far a key moves, in days. */
const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 };

export function HeatMap({ days, firstWeekday }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chosen = useSignal<number | null>(null);
  // The latest days are at the right end.
  useEffect(() => {
    if (frame.current) frame.current.scrollLeft = frame.current.scrollWidth;
  }, []);
  const weeks = toWeeks(days, WEEKDAYS.indexOf(firstWeekday));
  const active = days.filter((day) => day.workouts > 0).length;
  const summary = `${formatCount(active, "day")} with a workout in the last ${formatCount(days.length, "day")}.`;
  const chosenDay = chosen.value === null ? undefined : days[chosen.value];
  const move = (event: KeyboardEvent): void => {
    const from = chosen.value ?? days.length - 1;
    const ends: Readonly<Record<string, number>> = { Home: 0, End: days.length - 1 };
    const to = ends[event.key] ?? from + (STEPS[event.key] ?? Number.NaN);
    const day = days[to];
    if (day === undefined) return;
    event.preventDefault();
    frame.current?.querySelector<HTMLElement>(`[data-date="${day.date}"]`)?.focus();
  };
  // One of the days can be reached with the Tab key, and arrows lead on from there.
  const reachable = chosen.value ?? days.length - 1;
  return (
    <>
      <div class="heat-map" ref={frame}>
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table in which arrows move. */}
        <table role="grid" aria-label={`Workouts by day. ${summary}`} onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">Day of the week</span>
              </th>
              {weeks.map((week) => (
                <WeekHead key={week.find((day) => day)?.date} week={week} />
              ))}
            </tr>
          </thead>
          <tbody>
            {WEEKDAYS.map((_weekday, row) => (
              // The place of a weekday is what it is.
              <tr key={row}>
                <WeekdayHead week={weeks[1] ?? weeks[0]} row={row} />
                {weeks.map((week, column) => {
                  const day = week[row];
                  if (!day) return <td key={column} />;
                  const index = days.indexOf(day);
                  return (
                    <td
                      key={day.date}
                      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell that can have the focus.
                      role="gridcell"
                      class={`level-${day.level}`}
                      data-date={day.date}
                      tabIndex={index === reachable ? 0 : -1}
                      aria-label={describeDay(day)}
                      onFocus={() => {
                        chosen.value = index;
                      }}
                    />
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted small">{chosenDay ? describeDay(chosenDay) : summary}</p>
    </>
  );
}

function WeekHead({ week }: { readonly week: readonly (Day | null)[] }) {
  const first = week.find((day) => day !== null);
  const month = findMonth(week);
  return (
    <th scope="col">
      {first && <span class="visually-hidden">Week of {formatLocalDate(first.date)}</span>}
      {month && <span aria-hidden="true">{formatLocalDate(month, { month: "short" })}</span>}
    </th>
  );
}

type WeekdayProps = { readonly week: readonly (Day | null)[] | undefined; readonly row: number };

function WeekdayHead({ week, row }: WeekdayProps) {
  const date = week?.[row]?.date;
  return (
    <th scope="row">
      {date && (
        <>
          <span class="visually-hidden">{formatLocalDate(date, { weekday: "long" })}</span>
          <span aria-hidden="true">{formatLocalDate(date, { weekday: "narrow" })}</span>
        </>
      )}
    </th>
  );
}

function describeDay(day: Day): string {
  const date = formatLocalDate(day.date, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  if (day.workouts === 0) return `${date}: no workout`;
  return `${date}: ${formatCount(day.workouts, "workout")}, ${formatCount(day.reps, "rep")}`;
}
