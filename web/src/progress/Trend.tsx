/** One quantity over the period. */
import { useSignal } from "@preact/signals";
import { api, type Schemas, unwrap } from "../api/client";
import { Select } from "../ui/controls";
import { Pending } from "../ui/feedback";
import { formatDuration, formatNumber, formatVolume } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { TimeChart } from "./TimeChart";

type Metric = "reps" | "volume_kg" | "workouts" | "duration_seconds" | "sets";

const METRICS: readonly { readonly value: Metric; readonly label: string }[] = [
  { value: "reps", label: "Reps" },
  { value: "volume_kg", label: "Lifted weight" },
  { value: "workouts", label: "Workouts" },
  { value: "sets", label: "Sets" },
  { value: "duration_seconds", label: "Time" },
];

function format(metric: Metric, value: number): string {
  if (metric === "volume_kg") return formatVolume(value);
  return metric === "duration_seconds" ? formatDuration(value) : formatNumber(value);
}

type TrendProps = { readonly from: string; readonly bucket: Schemas["Bucket"] };

export function Trend({ from, bucket }: TrendProps) {
  const metric = useSignal<Metric>("reps");
  const query = { metric: metric.value, bucket, from };
  const found = useResource(async () => {
    const series = await unwrap(api.GET("/api/v1/statistics/timeseries", { params: { query } }));
    return toSeries(series as Schemas["Timeseries"]);
  }, [metric.value, from, bucket]);
  const series = found.data.value;
  return (
    <Card title={`Each ${bucket}`}>
      <Select
        label="What to show"
        options={METRICS}
        value={metric.value}
        onChange={(event) => {
          metric.value = event.currentTarget.value as Metric;
        }}
      />
      <Pending of={found} />
      {series !== null && (
        <TimeChart
          title={METRICS.find((item) => item.value === series.metric)?.label ?? ""}
          points={series.points}
          kind="bars"
          bucket={bucket}
          format={(value) => format(series.metric, value)}
        />
      )}
    </Card>
  );
}

function toSeries({ metric, points }: Schemas["Timeseries"]) {
  return { metric: metric as Metric, points: points.map(({ start, value }) => ({ date: start, value })) };
}
