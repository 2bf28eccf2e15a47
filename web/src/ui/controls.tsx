/** Buttons, links and fields. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./Icon";

export type Variant = "primary" | "secondary" | "quiet" | "danger";

type ButtonProps = {
  readonly children: ComponentChildren;
  readonly variant?: Variant;
  readonly icon?: IconName | undefined;
  readonly isBusy?: boolean;
} & Omit<JSX.IntrinsicElements["button"], "icon">;

/** A button. While it is busy, it is disabled and says so to screen readers. */
export function Button({ children, variant = "primary", icon, isBusy = false, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${variant} ${rest.class ?? ""}`}
      disabled={Boolean(disabled) || isBusy}
      aria-busy={isBusy}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

type LinkButtonProps = {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly variant?: Variant;
  readonly icon?: IconName;
};

/** A link that looks like a button. */
export function LinkButton({ href, children, variant = "primary", icon }: LinkButtonProps) {
  return (
    <a class={`button ${variant}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

/** Return what connects an input with the signal of its text. */
export function bindText(text: Signal<string>) {
  return {
    value: text.value,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      text.value = event.currentTarget.value;
    },
  };
}

type FieldProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  readonly unit?: string | undefined;
  /** A small button at the end of the input. */
  readonly button?: ComponentChildren;
} & JSX.IntrinsicElements["input"];

/** A labelled input with a hint, a unit and an error that screen readers connect with it. */
export function Field({ label, hint, error, unit, button, ...input }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-input">
        <input {...input} id={id} aria-invalid={Boolean(error)} aria-describedby={described || undefined} />
        {unit && <span class="unit">{unit}</span>}
        {button}
      </div>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

type SelectProps = {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string;
} & JSX.IntrinsicElements["select"];

export function Select({ label, options, hint, ...select }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select {...select} id={id} aria-describedby={hint ? `${id}-hint` : undefined}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
