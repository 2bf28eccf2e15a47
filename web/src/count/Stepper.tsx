/** A number that a person corrects by one. */
import type { Signal } from "@preact/signals";
import { Button } from "../ui/controls";
import { formatNumber } from "../ui/format";

export function Stepper({ label, value }: { readonly label: string; readonly value: Signal<number> }) {
  const change = (by: number): void => {
    value.value = Math.max(0, value.value + by);
  };
  return (
    <fieldset class="stepper">
      <legend class="muted">You did</legend>
      <Button variant="secondary" icon="minus" disabled={value.value === 0} onClick={() => change(-1)}>
        <span class="visually-hidden">One less</span>
      </Button>
      <output aria-label={label}>{formatNumber(value.value)}</output>
      <Button variant="secondary" icon="plus" onClick={() => change(1)}>
        <span class="visually-hidden">One more</span>
      </Button>
    </fieldset>
  );
}
