/** What became of each merge. The title, which screen readers begin with, has the numbers. */
import PATHS from "../paths.json";
import { Button, LinkButton } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { Card, Page } from "../ui/Page";
import { describeReport, type MergeReport } from "./merging";

type OutcomesProps = { readonly report: MergeReport; readonly onAgain: () => void };

export function Outcomes({ report, onAgain }: OutcomesProps) {
  // What a person has to look at must not be below a hundred others.
  const inOrder = report.items.toSorted((one, other) => Number(one.isMerged) - Number(other.isMerged));
  return (
    <Page title={describeReport(report)} back={{ href: PATHS.progress, label: "Progress" }}>
      <ErrorNote error={report.error} />
      <Card>
        <ul class="list" aria-label="What became of each">
          {inOrder.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        <div class="actions">
          <LinkButton href={PATHS.progress} icon="progress">
            See your progress
          </LinkButton>
          <Button variant="secondary" onClick={onAgain}>
            Look for others
          </Button>
        </div>
      </Card>
    </Page>
  );
}
