/** Custom exercises that may be exercises of the catalogue: choose, merge them all at once, and see what became of each. */
import { useSignal } from "@preact/signals";
import { Candidates } from "./Candidates";
import type { MergeReport } from "./merging";
import { Outcomes } from "./Outcomes";

export default function MergePage() {
  const report = useSignal<MergeReport | null>(null);
  const show = (next: MergeReport | null): void => {
    report.value = next;
  };
  if (report.value === null) return <Candidates onMerged={show} />;
  return <Outcomes report={report.value} onAgain={() => show(null)} />;
}
