/** A field for a password, which can be shown. */
import { type Signal, useSignal } from "@preact/signals";
import { Field } from "../ui/controls";
import "./auth.css";

type PasswordFieldProps = {
  readonly value: Signal<string>;
  /** Whether the person chooses it now, so that a password manager proposes one. */
  readonly isNew?: boolean;
  readonly label?: string;
  readonly error?: string | null;
  /** Whether it has the focus when its dialog opens. */
  readonly hasFocus?: boolean;
};

const HINT = "At least 8 characters. A few words that nobody would guess are easy to remember.";

export function PasswordField({
  value,
  isNew = false,
  label = "Password",
  error = null,
  hasFocus = false,
}: PasswordFieldProps) {
  const isShown = useSignal(false);
  return (
    <Field
      label={label}
      {...(isShown.value ? { type: "text" } : { type: "password" })}
      value={value.value}
      onInput={(event) => {
        value.value = event.currentTarget.value;
      }}
      autocomplete={isNew ? "new-password" : "current-password"}
      autocapitalize="none"
      spellcheck={false}
      maxLength={isNew ? 128 : 1024}
      hint={isNew ? HINT : undefined}
      error={error}
      autofocus={hasFocus}
      required
      button={
        <button
          type="button"
          class="show-password"
          aria-pressed={isShown.value}
          aria-label="Show what you type as the password"
          onClick={() => {
            isShown.value = !isShown.value;
          }}
        >
          {isShown.value ? "Hide" : "Show"}
        </button>
      }
    />
  );
}
