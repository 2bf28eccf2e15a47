/** The sets of each muscle group in the period. */
import { api, unwrap } from "../api/client";
import { Pending } from "../ui/feedback";
import { formatCode, formatNumber } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";

export function Muscles({ from }: { readonly from: string }) {
  const params = { query: { from } };
  const found = useResource(() => unwrap(api.GET("/api/v1/statistics/muscles", { params })), [from]);
  const muscles = found.data.value?.muscles.filter((muscle) => muscle.sets > 0) ?? [];
  const most = Math.max(1, ...muscles.map((muscle) => muscle.sets));
  const isEmpty = found.data.value !== null && muscles.length === 0;
  return (
    <Card title="Sets for each muscle">
      <Pending of={found} />
      {isEmpty && <p class="muted">No sets in this period.</p>}
      <ul class="bars">
        {muscles.map((muscle) => (
          <li key={muscle.muscle}>
            <span>{formatCode(muscle.muscle)}</span>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(muscle.sets / most) * 100}%` }} />
            </span>
            <span class="number">{formatNumber(muscle.sets, 1)}</span>
          </li>
        ))}
      </ul>
      {muscles.length > 0 && <p class="muted small">A muscle that only helps counts half a set.</p>}
    </Card>
  );
}
