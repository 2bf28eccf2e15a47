/** The custom exercises with their proposals, and the button that merges all that are chosen. */
import { useSignal } from "@preact/signals";
import PATHS from "../paths.json";
import { LinkButton } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { ExerciseChoice } from "../ui/ExerciseChoice";
import { EmptyState, Pending } from "../ui/feedback";
import { formatCount } from "../ui/format";
import { Card, Page } from "../ui/Page";
import { MoreButton, usePages } from "../ui/pages";
import {
  type Choices,
  describeChoices,
  findTarget,
  listMerges,
  loadCandidates,
  type MergeReport,
  mergeExercises,
} from "./merging";

type CandidatesProps = { readonly onMerged: (report: MergeReport) => void };

export function Candidates({ onMerged }: CandidatesProps) {
  const pages = usePages(loadCandidates);
  const choices = useSignal<Choices>({});
  const candidates = pages.items ?? [];
  const merges = listMerges(candidates, choices.value);
  return (
    <Page title="Are these the same exercise?" back={{ href: PATHS.progress, label: "Progress" }}>
      <Pending of={pages.first} />
      {pages.items?.length === 0 && <NoCandidates />}
      {candidates.length > 0 && (
        <Card>
          <p>
            These are exercises of your own, such as those that an import has created because it did not know their
            names. If one is an exercise that is here already, merge it: then its sets, records and routines belong to
            that exercise, and later imports find it by your name too.
          </p>
          <ul class="list">
            {candidates.map((candidate) => (
              <li key={candidate.exercise_id}>
                <ExerciseChoice
                  name={candidate.name}
                  sets={candidate.sets}
                  chosen={findTarget(candidate, choices.value)}
                  proposals={candidate.proposals}
                  onChoose={(exercise) => {
                    // Who chooses the exercise itself keeps it.
                    const into = exercise?.id === candidate.exercise_id ? null : exercise;
                    choices.value = { ...choices.value, [candidate.exercise_id]: into };
                  }}
                />
              </li>
            ))}
          </ul>
          <MoreButton pages={pages} />
          <p role="status" class="muted">
            {describeChoices(merges.length, candidates.length)}
          </p>
          {merges.length > 0 && (
            <div class="actions">
              <MergeButton count={merges.length} onConfirm={async () => onMerged(await mergeExercises(merges))} />
            </div>
          )}
        </Card>
      )}
    </Page>
  );
}

type MergeButtonProps = { readonly count: number; readonly onConfirm: () => Promise<unknown> };

function MergeButton({ count, onConfirm }: MergeButtonProps) {
  const label = `Merge ${formatCount(count, "exercise")}`;
  return (
    <ConfirmButton label={label} variant="primary" title={`${label}?`} confirmLabel="Merge" onConfirm={onConfirm}>
      <p>
        <strong>This cannot be undone.</strong> The sets and routines move, and{" "}
        {count === 1 ? "your own exercise is" : "your own exercises are"} deleted. The weights, reps and dates of the
        sets stay as they are.
      </p>
    </ConfirmButton>
  );
}

function NoCandidates() {
  return (
    <EmptyState
      icon="check"
      title="Nothing to merge"
      action={
        <LinkButton variant="secondary" href={PATHS.progress} icon="progress">
          See your progress
        </LinkButton>
      }
    >
      None of your own exercises has a name like that of an exercise that is here already.
    </EmptyState>
  );
}
