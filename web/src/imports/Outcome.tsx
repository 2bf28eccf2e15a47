/** An import while it runs, and what it has done. */
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, LinkButton } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { formatCount, formatNumber, formatPercent } from "../ui/format";
import { Card } from "../ui/Page";
import { formatContent } from "./Measurements";
import { Remarks } from "./Remarks";
import type { Details, Report } from "./upload";

type ProgressProps = { readonly details: Details; readonly onCancel: () => Promise<unknown> };

/** How far an import is that runs in the background. */
export function Progress({ details, onCancel }: ProgressProps) {
  const cancel = useAction(onCancel);
  return (
    <Card title={details.dry_run ? "Reading your file" : "Importing your data"}>
      <progress value={details.progress} aria-label="Progress" />
      <p role="status">{formatPercent(details.progress)} done. You can go on training meanwhile.</p>
      <ErrorNote error={cancel.error.value} />
      <Button variant="secondary" isBusy={cancel.isBusy.value} onClick={() => void cancel.run()}>
        Cancel
      </Button>
    </Card>
  );
}

/** What an import has done. */
export function Result({ report, onAgain }: { readonly report: Report; readonly onAgain: () => void }) {
  const replaced = report.replaced + report.body_measurements.replaced;
  return (
    <Card title="Your history is here">
      <p role="status">
        {formatContent(report.workouts, report.body_measurements.new)}
        {report.workouts > 0 && ` with ${formatCount(report.sets, "set")}`} imported
        {replaced > 0 && `, ${formatNumber(replaced)} replaced`}
        {report.remapped > 0 && `, ${formatNumber(report.remapped)} corrected`}.
      </p>
      <Remarks title="Could not be read, and was left out" remarks={report.problems} count={report.problem_count} />
      <Remarks title="Was imported, but look at it" remarks={report.warnings} count={report.warning_count} />
      <div class="actions">
        <LinkButton href={PATHS.progress}>See your progress</LinkButton>
        <Button variant="secondary" onClick={onAgain}>
          Import another file
        </Button>
      </div>
    </Card>
  );
}
