/** A chart that loads when it is shown: the library is not part of the first page. */
import { lazy } from "preact-iso";
import type { ChartProps } from "./Chart";

const Chart = lazy(() => import("./Chart"));

export function TimeChart(props: ChartProps) {
  return <Chart {...props} />;
}
