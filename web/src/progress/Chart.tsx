/** A line or bars over time, drawn by uPlot, with the same numbers as a table. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatLocalDate } from "../ui/format";
import type { ChartPoint } from "./points";

export type ChartProps = {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly kind: "line" | "bars";
  readonly format: (value: number) => string;
};

const HEIGHT = 240;
const AXIS_WIDTH = 64;
const DAY_SECONDS = 86_400;

export default function Chart({ title, points, kind, format }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let plot = draw(element, points, kind, format);
    const redraw = (): void => {
      plot.destroy();
      plot = draw(element, points, kind, format);
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
  }, [points, kind]);
  return (
    <>
      <div ref={frame} class="chart" role="img" aria-label={`${title}. The table below has the numbers.`} />
      <details>
        <summary>{title} as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" class="number">
                {title}
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.date}>
                <th scope="row">{formatLocalDate(point.date)}</th>
                <td class="number">{point.value === null ? "–" : format(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function draw(
  element: HTMLElement,
  points: readonly ChartPoint[],
  kind: ChartProps["kind"],
  format: ChartProps["format"],
): uPlot {
  const style = getComputedStyle(element);
  // A colour of the page as the canvas understands it: the browser has resolved light and dark.
  const [accent, ink, line] = [style.color, style.outlineColor, style.borderTopColor];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], radius: 0.2 });
  const series: uPlot.Series =
    kind === "bars" && bars
      ? { fill: accent, stroke: accent, paths: bars, points: { show: false } }
      : { stroke: accent, width: 2, spanGaps: true, points: { show: points.length < 60, size: 6 } };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_plot, min, max) => widen(min, max, points.length, kind) },
      y: { range: (_plot, min, max) => rangeOf(min, max, kind) },
    },
    axes: [
      { ...axis, values: (_plot, times) => times.map(formatTick) },
      { ...axis, size: AXIS_WIDTH, values: (_plot, values) => values.map(format) },
    ],
    series: [{}, series],
  };
  const times = points.map((point) => Date.parse(`${point.date}T00:00:00Z`) / 1000);
  return new uPlot(options, [times, points.map((point) => point.value)], element);
}

/** Bars begin at 0; a line has a margin around it, also if all its values are equal. */
function rangeOf(min: number, max: number, kind: ChartProps["kind"]): [number, number] {
  if (kind === "bars") return [0, max > 0 ? max * 1.05 : 1];
  const margin = (max - min) * 0.1 || Math.abs(max) * 0.1 || 1;
  return [min - margin, max + margin];
}

/** The first and the last bar need half a step beside them. */
function widen(min: number, max: number, count: number, kind: ChartProps["kind"]): [number, number] {
  const step = count > 1 ? (max - min) / (count - 1) : DAY_SECONDS;
  return kind === "bars" || count === 1 ? [min - step / 2, max + step / 2] : [min, max];
}

function formatTick(time: number): string {
  return formatLocalDate(new Date(time * 1000).toISOString().slice(0, 10), { day: "numeric", month: "short" });
}
