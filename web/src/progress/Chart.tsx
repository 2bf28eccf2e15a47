/** A line or bars over time, drawn by uPlot, with the same numbers as a table. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Schemas } from "../api/client";
import { formatLocalDate } from "../ui/format";
import type { ChartPoint } from "./points";

export type ChartProps = {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly kind: "line" | "bars";
  /** What each point is: null for a day. */
  readonly bucket: Schemas["Bucket"] | null;
  readonly format: (value: number) => string;
};

const HEIGHT = 240;
const AXIS_WIDTH = 64;
const AXIS_HEIGHT = 32;
const LABEL_WIDTH = 72;
const DAY_SECONDS = 86_400;
const YEAR_DAYS = 366;
const LEAST_SHARE = 0.05;

export default function Chart(props: ChartProps) {
  const { title, points, kind, bucket, format } = props;
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let plot = draw(element, props);
    const redraw = (): void => {
      plot.destroy();
      plot = draw(element, props);
    };
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", redraw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener("change", redraw);
      plot.destroy();
    };
  }, [points, kind, bucket]);
  return (
    <>
      <div ref={frame} class="chart" role="img" aria-label={`${title}. The table below has the numbers.`} />
      <details>
        <summary>{title} as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{bucket === "week" ? "Week from" : "Date"}</th>
              <th scope="col" class="number">
                {title}
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.date}>
                <th scope="row">{formatLocalDate(point.date, SHAPES[bucket ?? "day"])}</th>
                <td class="number">{point.value === null ? "–" : format(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** How the date of a point is written. */
const SHAPES: Readonly<Record<Schemas["Bucket"], Intl.DateTimeFormatOptions>> = {
  day: { day: "numeric", month: "short", year: "numeric" },
  week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "short", year: "numeric" },
  year: { year: "numeric" },
};

function draw(element: HTMLElement, { points, kind, bucket, format }: ChartProps): uPlot {
  const style = getComputedStyle(element);
  // A colour of the page as the canvas understands it: the browser has resolved light and dark.
  const [accent, ink, line] = [style.color, style.outlineColor, style.borderTopColor];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], radius: 0.2 });
  const series: uPlot.Series =
    kind === "bars" && bars
      ? { fill: accent, stroke: accent, paths: bars, points: { show: false } }
      : { stroke: accent, width: 2, spanGaps: true, points: { show: points.length < 60, size: 6 } };
  const times = points.map((point) => Date.parse(`${point.date}T00:00:00Z`) / 1000);
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: HEIGHT,
    // Dates have no zone: the axis must not move them into the browser's.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_plot, min, max) => widen(min, max, points.length, kind) },
      y: { range: (_plot, min, max) => rangeOf(min, max, kind) },
    },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        space: LABEL_WIDTH,
        ...(kind === "bars" && { grid: { show: false }, splits: () => chooseTicks(times, element) }),
        values: (_plot, ticks) => ticks.map((tick) => formatTick(tick, times, bucket)),
      },
      { ...axis, size: AXIS_WIDTH, values: (_plot, values) => values.map(format) },
    ],
    series: [{}, series],
  };
  return new uPlot(options, [times, points.map((point) => point.value)], element);
}

/** Bars begin at 0; a line has a margin around it, also if all its values are equal. */
function rangeOf(min: number, max: number, kind: ChartProps["kind"]): [number, number] {
  if (kind === "bars") return [0, max > 0 ? max * 1.05 : 1];
  // Less than that is no change that a person should see, or its labels would be equal.
  const margin = Math.max((max - min) * 0.1, Math.abs(max) * LEAST_SHARE) || 1;
  return [min - margin, max + margin];
}

/** The first and the last bar need half a step beside them. */
function widen(min: number, max: number, count: number, kind: ChartProps["kind"]): [number, number] {
  const step = count > 1 ? (max - min) / (count - 1) : DAY_SECONDS;
  return kind === "bars" || count === 1 ? [min - step / 2, max + step / 2] : [min, max];
}

/** Bars have their date below them, as many as there is room for. */
function chooseTicks(times: readonly number[], element: HTMLElement): number[] {
  const room = Math.max(1, Math.floor((element.clientWidth - AXIS_WIDTH) / LABEL_WIDTH));
  const step = Math.ceil(times.length / room);
  // The last one is the present.
  return times.filter((_time, index) => (times.length - 1 - index) % step === 0);
}

function formatTick(time: number, times: readonly number[], bucket: ChartProps["bucket"]): string {
  const date = new Date(time * 1000).toISOString().slice(0, 10);
  if (bucket === "year") return formatLocalDate(date, { year: "numeric" });
  const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY_SECONDS;
  if (days < YEAR_DAYS) return formatLocalDate(date, { month: "short", ...(bucket !== "month" && { day: "numeric" }) });
  return formatLocalDate(date, { month: "short", year: "numeric" });
}
