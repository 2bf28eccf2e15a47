/** How the reps were done, as the camera saw it, in plain words. */
import { api, type Schemas, unwrap } from "../api/client";
import { Pending } from "../ui/feedback";
import { formatCount, formatNumber, formatPercent } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";

export function Quality({ from }: { readonly from: string }) {
  const query = { bucket: "month" as const, from };
  const found = useResource(() => unwrap(api.GET("/api/v1/statistics/rep-quality", { params: { query } })), [from]);
  const total = found.data.value?.total;
  return (
    <Card title="How you did your reps">
      <Pending of={found} />
      {total?.sets === 0 && <p class="muted">Count a set with the camera, and you see here how you did your reps.</p>}
      {total && total.sets > 0 && (
        <ul class="plain-rows">
          {describeQuality(total).map(([name, value]) => (
            <li key={name}>
              <span>{name}</span>
              <strong>{value}</strong>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function describeQuality(total: Schemas["Quality"]): readonly [string, string][] {
  const rows: [string, string | null][] = [
    ["Seen by the camera", formatCount(total.reps, "rep")],
    ["One rep takes", total.rep_seconds === null ? null : `${formatNumber(total.rep_seconds, 1)} s`],
    ["Down", total.eccentric_seconds === null ? null : `${formatNumber(total.eccentric_seconds, 1)} s`],
    ["Up", total.concentric_seconds === null ? null : `${formatNumber(total.concentric_seconds, 1)} s`],
    [
      "Slower at the end of a set",
      total.slowdown_percent === null ? null : formatPercent(total.slowdown_percent / 100),
    ],
    ["Sets that became shallow at the end", total.faded_share === null ? null : formatPercent(total.faded_share)],
    ["Sets that you corrected", formatNumber(total.corrected_sets)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}
