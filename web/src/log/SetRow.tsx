/** One set: as it was logged, or as fields to enter it. */
import { useSignal } from "@preact/signals";
import { Button } from "../ui/controls";
import { formatInput, formatNumber } from "../ui/format";
import type { WorkoutSet } from "./apply";
import { describeSet, parseNumber, type SetField } from "./sets";

const MARKS: Readonly<Record<WorkoutSet["kind"], string>> = { normal: "", warm_up: "W", drop: "D", failure: "F" };
const KINDS: Readonly<Record<WorkoutSet["kind"], string>> = {
  normal: "",
  warm_up: "warm-up",
  drop: "drop set",
  failure: "to failure",
};

export type SetValues = Partial<Record<SetField["name"], number | null>>;

type LoggedProps = {
  readonly number: number;
  readonly item: WorkoutSet;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
};

/** A logged set with buttons to change and to delete it. */
export function LoggedSet({ number, item, onEdit, onDelete }: LoggedProps) {
  const name = `set ${number}`;
  return (
    <li class="set-row logged">
      <span class="set-number" title={KINDS[item.kind]}>
        {MARKS[item.kind] || number}
      </span>
      <span class="value">
        <strong>{describeSet(item)}</strong>
        {item.kind !== "normal" && <span class="muted small">{KINDS[item.kind]}</span>}
        {item.rpe !== null && <span class="muted small">effort {formatNumber(item.rpe, 1)} of 10</span>}
        {item.evidence !== null && <span class="chip">counted by camera</span>}
      </span>
      <Button variant="quiet" icon="edit" onClick={onEdit}>
        <span class="visually-hidden">Change {name}</span>
      </Button>
      <Button variant="quiet" icon="trash" onClick={onDelete}>
        <span class="visually-hidden">Delete {name}</span>
      </Button>
    </li>
  );
}

/** What the fields below are, for the eye: each field says it itself to a screen reader. */
export function SetHeads({ fields }: { readonly fields: readonly SetField[] }) {
  return (
    <div class={rowClass(fields, false)} aria-hidden="true">
      <span />
      {fields.map((field) => (
        <span key={field.name} class="set-head">
          {field.label}
          {field.unit() && ` (${field.unit()})`}
        </span>
      ))}
    </div>
  );
}

function rowClass(fields: readonly SetField[], hasCancel: boolean): string {
  return `set-row fields-${fields.length} ${hasCancel ? "with-cancel" : ""}`;
}

type EntryProps = {
  readonly number: number;
  readonly fields: readonly SetField[];
  /** What the fields show at first: the plan, or the set before. */
  readonly start: SetValues;
  readonly saveLabel: string;
  readonly onSave: (values: SetValues) => unknown;
  readonly onCancel?: (() => void) | undefined;
};

/** The fields of a set that is not logged yet, or that is being changed. */
export function SetEntry({ number, fields, start, saveLabel, onSave, onCancel }: EntryProps) {
  const texts = useSignal(fields.map((field) => showValue(field, start[field.name])));
  const invalid = useSignal<number | null>(null);
  const save = (): void => {
    const values: SetValues = {};
    for (const [index, field] of fields.entries()) {
      const text = texts.value[index] ?? "";
      const parsed = parseNumber(text, field.isWhole);
      if (parsed === null && text.trim() !== "") {
        invalid.value = index;
        return;
      }
      values[field.name] = parsed === null ? null : field.toStored(parsed);
    }
    invalid.value = Object.values(values).some((value) => value !== null) ? null : fields.length - 1;
    if (invalid.value === null) void onSave(values);
  };
  return (
    <form
      class={rowClass(fields, onCancel !== undefined)}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <span class="set-number">{number}</span>
      {fields.map((field, index) => (
        <input
          key={field.name}
          inputMode={field.isWhole ? "numeric" : "decimal"}
          aria-label={`${field.label} of set ${number}${field.unit() && ` in ${field.unit()}`}`}
          aria-invalid={invalid.value === index}
          placeholder={field.unit() || field.label}
          value={texts.value[index]}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            const text = event.currentTarget.value;
            texts.value = texts.value.map((value, place) => (place === index ? text : value));
          }}
        />
      ))}
      <Button type="submit" icon="check">
        <span class="visually-hidden">{saveLabel}</span>
      </Button>
      {onCancel && (
        <Button variant="quiet" icon="close" onClick={onCancel}>
          <span class="visually-hidden">Cancel</span>
        </Button>
      )}
      {invalid.value !== null && (
        <p class="field-error" role="alert">
          {fields[invalid.value]?.isWhole ? "Enter a whole number, such as 8." : "Enter a number, such as 22.5."}
        </p>
      )}
    </form>
  );
}

function showValue(field: SetField, value: number | null | undefined): string {
  return value === null || value === undefined ? "" : formatInput(field.toShown(value));
}
