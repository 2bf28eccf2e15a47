/** A set as fields to enter it. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { describeNumber, readField, type SetField, showField } from "./sets";

export type SetValues = Partial<Record<SetField["name"], number | null>>;

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
