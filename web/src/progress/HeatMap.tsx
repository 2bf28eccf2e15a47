/** A year of days as a grid of weeks: the darker, the more was done. */
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../api/client";
import { formatCount, formatLocalDate } from "../ui/format";
import { findMonths, placeDays } from "./calendarGrid";

type HeatMapProps = {
  readonly days: readonly Schemas["CalendarDay"][];
  readonly firstWeekday: Schemas["Weekday"];
};

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const CELL = 14;
const GAP = 3;
const TOP = 18;
const STEP = CELL + GAP;

export function HeatMap({ days, firstWeekday }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  // The latest days are at the right end.
  useEffect(() => {
    if (frame.current) frame.current.scrollLeft = frame.current.scrollWidth;
  }, []);
  const cells = placeDays(days, WEEKDAYS.indexOf(firstWeekday));
  const columns = (cells.at(-1)?.column ?? 0) + 1;
  const active = days.filter((day) => day.workouts > 0).length;
  const label = `${formatCount(active, "day")} with a workout in the last ${formatCount(days.length, "day")}.`;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus. */}
      <section class="heat-map" ref={frame} aria-label="Heat map of the year" tabIndex={0}>
        <svg width={columns * STEP} height={TOP + 7 * STEP} role="img" aria-label={label}>
          {findMonths(cells).map((month) => (
            <text key={month.date} x={month.column * STEP} y={12}>
              {formatLocalDate(month.date, { month: "short" })}
            </text>
          ))}
          {cells.map(({ day, column, row }) => (
            <rect
              key={day.date}
              x={column * STEP}
              y={TOP + row * STEP}
              width={CELL}
              height={CELL}
              rx={3}
              class={`level-${day.level}`}
            >
              <title>{`${formatLocalDate(day.date)}: ${formatCount(day.reps, "rep")}`}</title>
            </rect>
          ))}
        </svg>
      </section>
      <p class="muted small">{label}</p>
    </>
  );
}
