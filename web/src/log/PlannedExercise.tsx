/** An exercise of a routine: how many sets of what. */
import type { Schemas } from "../api/client";
import { Button, Field } from "../ui/controls";
import { formatInput } from "../ui/format";
import { Card } from "../ui/Page";
import { describeSet, findFields, parseNumber } from "./sets";

type Planned = Schemas["PlannedExercise"];
type Target = Schemas["Target"];

type PlannedProps = {
  readonly planned: Planned;
  readonly onChange: (planned: Planned) => void;
  readonly onRemove: () => void;
};

const MAX_SETS = 20;

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
    if (last === undefined || count < 1 || count > MAX_SETS) return;
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
          <NumberField label="Sets" of={name} value={targets.length} isWhole onChange={(count) => resize(count ?? 1)} />
          {findFields(null, targets).map((field) => (
            <NumberField
              key={field.name}
              label={field.unit() ? `${field.label} (${field.unit()})` : field.label}
              of={name}
              value={first?.[field.name] == null ? null : field.toShown(first[field.name] ?? 0)}
              isWhole={field.isWhole}
              onChange={(value) =>
                changeAll({
                  [field.name]: value === null ? null : field.toStored(value),
                  ...(field.name === "reps" && { reps_to: null }),
                })
              }
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
  readonly label: string;
  readonly of: string;
  readonly value: number | null;
  readonly isWhole?: boolean;
  readonly onChange: (value: number | null) => void;
};

function NumberField({ label, of, value, isWhole = false, onChange }: NumberFieldProps) {
  return (
    <Field
      label={label}
      aria-label={`${label} of ${of}`}
      inputMode={isWhole ? "numeric" : "decimal"}
      value={value === null ? "" : formatInput(value)}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const parsed = parseNumber(text, isWhole);
        if (parsed !== null || text.trim() === "") onChange(parsed);
        else event.currentTarget.value = value === null ? "" : formatInput(value);
      }}
    />
  );
}
