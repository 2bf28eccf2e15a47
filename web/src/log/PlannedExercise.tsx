/** An exercise of a routine: how many sets of what. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { Button, Field } from "../ui/controls";
import { Card } from "../ui/Page";
import { describeSet, findFields, readField, SETS, type SetField, showField } from "./sets";

type Planned = Schemas["PlannedExercise"];
type Target = Schemas["Target"];

type PlannedProps = {
  readonly planned: Planned;
  readonly onChange: (planned: Planned) => void;
  readonly onRemove: () => void;
};

export function PlannedExercise({ planned, onChange, onRemove }: PlannedProps) {
  const { name } = planned.exercise;
  const { targets } = planned;
  const first = targets[0];
  const isUniform = targets.every((target) => JSON.stringify(target) === JSON.stringify(first));
  const changeAll = (change: Partial<Target>): void => {
    onChange({ ...planned, targets: targets.map((target) => ({ ...target, ...change })) });
  };
  const resize = (count: number): void => {
    const last = targets.at(-1);
    if (last === undefined) return;
    onChange({ ...planned, targets: Array.from({ length: count }, (_item, index) => targets[index] ?? last) });
  };
  return (
    <Card>
      <div class="exercise-header">
        <h2>{name}</h2>
        <Button variant="quiet" icon="trash" onClick={onRemove}>
          <span class="visually-hidden">Remove {name}</span>
        </Button>
      </div>
      {isUniform ? (
        <div class="planned-row">
          <NumberField field={SETS} of={name} value={targets.length} onChange={(count) => resize(count ?? 1)} />
          {findFields(null, targets).map((field) => (
            <NumberField
              key={field.name}
              field={field}
              of={name}
              value={first?.[field.name] ?? null}
              onChange={(value) => changeAll({ [field.name]: value, ...(field.name === "reps" && { reps_to: null }) })}
            />
          ))}
        </div>
      ) : (
        <ol>
          {targets.map((target, index) => (
            // Sets of a plan have no ids: their place is what they are.
            <li key={index}>{describeSet(target)}</li>
          ))}
        </ol>
      )}
      {planned.progression && <p class="muted small">The plan follows your progress.</p>}
    </Card>
  );
}

type NumberFieldProps = {
  readonly field: Omit<SetField, "name">;
  readonly of: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
};

/** A field that shows what is wrong with what was typed, which then stays as it is. */
function NumberField({ field, of, value, onChange }: NumberFieldProps) {
  const wrong = useSignal<{ readonly text: string; readonly error: string } | null>(null);
  const label = field.unit() ? `${field.label} (${field.unit()})` : field.label;
  return (
    <Field
      label={label}
      aria-label={`${label} of ${of}`}
      inputMode={field.isWhole ? "numeric" : "decimal"}
      value={wrong.value?.text ?? showField(field, value)}
      error={wrong.value?.error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const { value: read, error } = readField(field, text, value);
        wrong.value = error === null ? null : { text, error };
        if (error === null) onChange(read);
      }}
    />
  );
}
