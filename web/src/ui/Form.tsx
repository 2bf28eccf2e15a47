/** A form of one act: it sends on Enter, shows the error, and leads to the field that has one. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../api/problems";
import type { Action } from "./action";
import { Button } from "./controls";
import { ErrorNote } from "./feedback";

type FormProps = {
  readonly action: Action<[]>;
  readonly submitLabel: string;
  /** The JSON pointers of the fields that show their own errors. */
  readonly pointers?: readonly string[];
  readonly onDone?: () => unknown;
  readonly children: ComponentChildren;
};

export function Form({ action, submitLabel, pointers = [], onDone, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const error = action.error.value;
  // Screen readers read the field with its error when it gets the focus.
  useEffect(() => {
    if (error !== null) focusInvalidField(form.current);
  }, [error]);
  return (
    <form
      ref={form}
      class="form"
      onSubmit={async (event) => {
        event.preventDefault();
        if (await action.run()) await onDone?.();
      }}
    >
      <ErrorNote error={isShownByFields(error, pointers) ? null : error} />
      {children}
      <Button type="submit" isBusy={action.isBusy.value} class="wide">
        {submitLabel}
      </Button>
    </form>
  );
}

/** Focus the first field that shows an error. Return whether there is one. */
function focusInvalidField(parent: ParentNode | null): boolean {
  const field = parent?.querySelector<HTMLElement>("[aria-invalid=true]");
  field?.focus();
  return Boolean(field);
}

/** Run an action of a page unless one of its fields has an error: what it could not read would be lost. */
export function runIfValid(action: Action<[]>): void {
  if (!focusInvalidField(document.querySelector("main"))) void action.run();
}

/** Return the message for one field of an error of the API, by the field's JSON pointer. */
export function findFieldMessage(error: unknown, pointer: string): string | null {
  return error instanceof ApiError ? error.messageFor(pointer) : null;
}

function isShownByFields(error: unknown, pointers: readonly string[]): boolean {
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return fields.length > 0 && fields.every((field) => pointers.includes(field.pointer));
}
