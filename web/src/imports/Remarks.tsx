/** Warnings or problems of a file, with their lines. */
import type { Schemas } from "../api/client";
import { formatNumber } from "../ui/format";

type RemarksProps = {
  readonly title: string;
  readonly remarks: readonly Schemas["ImportRemark"][];
  readonly count: number;
};

const SHOWN = 50;

export function Remarks({ title, remarks, count }: RemarksProps) {
  if (count === 0) return null;
  const shown = remarks.slice(0, SHOWN);
  return (
    <details class="card">
      <summary>
        {title}: {formatNumber(count)}
      </summary>
      <ul>
        {shown.map((remark) => (
          <li key={`${remark.line} ${remark.code} ${remark.message}`}>
            Line {formatNumber(remark.line)}: {remark.message}
          </li>
        ))}
      </ul>
      {count > shown.length && <p class="muted">And {formatNumber(count - shown.length)} more.</p>}
    </details>
  );
}
