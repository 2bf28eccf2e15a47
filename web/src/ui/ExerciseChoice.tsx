/** Which exercise a name means: one that is proposed, one that the person searches, or none. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { Button, Select } from "./controls";
import { ExercisePicker } from "./ExercisePicker";
import { formatCount } from "./format";

type Named = Readonly<Pick<Schemas["Exercise"], "id" | "name">>;

type ExerciseChoiceProps = {
  readonly name: string;
  readonly sets: number;
  /** Null keeps the name as an exercise of the person's own. */
  readonly chosen: Named | null;
  readonly proposals: readonly Named[];
  readonly onChoose: (exercise: Named | null) => void;
};

export function ExerciseChoice({ name, sets, chosen, proposals, onChoose }: ExerciseChoiceProps) {
  const isPicking = useSignal(false);
  const isListed = chosen === null || proposals.some((proposal) => proposal.id === chosen.id);
  const exercises = isListed ? proposals : [chosen, ...proposals];
  const close = (): void => {
    isPicking.value = false;
  };
  return (
    <div class="exercise-choice">
      <Select
        label={`${name} (${formatCount(sets, "set")})`}
        value={chosen?.id ?? ""}
        options={[
          { value: "", label: "Keep as my own exercise" },
          ...exercises.map((exercise) => ({ value: exercise.id, label: exercise.name })),
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onChoose(exercises.find((exercise) => exercise.id === value) ?? null);
        }}
      />
      {/* Not an option of the list: arrow keys go through all of its options, and each is chosen. */}
      <Button
        variant="secondary"
        onClick={() => {
          isPicking.value = true;
        }}
      >
        Choose another<span class="visually-hidden"> exercise for {name}</span>
      </Button>
      <ExercisePicker
        isOpen={isPicking.value}
        onPick={(exercise) => {
          onChoose(exercise);
          close();
        }}
        onClose={close}
      />
    </div>
  );
}
