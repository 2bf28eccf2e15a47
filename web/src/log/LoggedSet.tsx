/** A set as it was logged. */
import { Button } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { formatNumber } from "../ui/format";
import type { WorkoutSet } from "./apply";
import { describeSet } from "./sets";

const MARKS: Readonly<Record<WorkoutSet["kind"], string>> = { normal: "", warm_up: "W", drop: "D", failure: "F" };
const KINDS: Readonly<Record<WorkoutSet["kind"], string>> = {
  normal: "",
  warm_up: "warm-up",
  drop: "drop set",
  failure: "to failure",
};

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
