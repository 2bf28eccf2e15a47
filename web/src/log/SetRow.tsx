/** One set: as it was logged, or as fields to enter it. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { ErrorNote } from "../ui/feedback";
import { formatNumber } from "../ui/format";
import type { WorkoutSet } from "./apply";
import { describeNumber, describeSet, readField, type SetField, showField } from "./sets";

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
  readonly onDelete: () => Promise<unknown>;
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
      {/* It asks: the second tap of a double one on the button that logs a set lands here. */}
      <ConfirmButton
        label={<span class="visually-hidden">Delete {name}</span>}
        variant="quiet"
        icon="trash"
        title={`Delete ${name}?`}
        confirmLabel="Delete"
        onConfirm={onDelete}
      >
        <p>{describeSet(item)}</p>
      </ConfirmButton>
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
  readonly onSave: (values: SetValues) => Promise<unknown>;
  readonly onCancel?: (() => void) | undefined;
  /** Whether the focus moves here when the entry appears: the one that had it is gone. */
  readonly takesFocus?: RefObject<boolean>;
};

/** The fields of a set that is not logged yet, or that is being changed. */
export function SetEntry({ number, fields, start, saveLabel, onSave, onCancel, takesFocus }: EntryProps) {
  const texts = useSignal(fields.map((field) => showField(field, start[field.name])));
  const invalid = useSignal<{ readonly index: number; readonly error: string } | null>(null);
  const save = useAction(onSave);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // Not a field: that would open the keyboard of a phone.
    if (takesFocus?.current) place.current?.focus({ preventScroll: true });
    if (takesFocus) takesFocus.current = false;
  }, []);
  const submit = (): void => {
    const values: SetValues = {};
    invalid.value = null;
    for (const [index, field] of fields.entries()) {
      const { value, error } = readField(field, texts.value[index] ?? "", start[field.name]);
      if (error !== null) {
        invalid.value = { index, error };
        return;
      }
      values[field.name] = value;
    }
    const last = fields.at(-1);
    if (last === undefined || Object.values(values).some((value) => value !== null)) void save.run(values);
    else invalid.value = { index: fields.length - 1, error: describeNumber(last) };
  };
  return (
    <form
      class={rowClass(fields, onCancel !== undefined)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <span ref={place} class="set-number" tabIndex={-1}>
        <span class="visually-hidden">Set </span>
        {number}
      </span>
      {fields.map((field, index) => (
        <input
          key={field.name}
          inputMode={field.isWhole ? "numeric" : "decimal"}
          aria-label={`${field.label} of set ${number}${field.unit() && ` in ${field.unit()}`}`}
          aria-invalid={invalid.value?.index === index}
          placeholder={field.unit() || field.label}
          value={texts.value[index]}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            const text = event.currentTarget.value;
            texts.value = texts.value.map((value, at) => (at === index ? text : value));
          }}
        />
      ))}
      <Button type="submit" icon="check" isBusy={save.isBusy.value}>
        <span class="visually-hidden">{saveLabel}</span>
      </Button>
      {onCancel && (
        <Button variant="quiet" icon="close" onClick={onCancel}>
          <span class="visually-hidden">Cancel</span>
        </Button>
      )}
      <ErrorNote error={save.error.value} />
      {invalid.value !== null && (
        <p class="field-error" role="alert">
          {invalid.value.error}
        </p>
      )}
    </form>
  );
}
