/** Set, change or remove the goal of the week. */
import { useSignal } from "@preact/signals";
import { api, type Schemas, unwrap } from "../api/client";
import { ApiError } from "../api/problems";
import { useAction } from "../ui/action";
import { Button, Field, Select } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { ErrorNote, Pending } from "../ui/feedback";
import { formatCode } from "../ui/format";
import { useResource } from "../ui/resource";

type GoalInput = Schemas["GoalInput"];
type Weekday = Schemas["Weekday"];

const DEFAULT_GOAL: GoalInput = { metric: "workouts", target: 3, rest_days: [] };
const METRICS = [
  { value: "workouts", label: "Workouts" },
  { value: "minutes", label: "Minutes" },
  { value: "reps", label: "Reps" },
];
const DAYS: readonly Weekday[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

type DialogProps = { readonly isOpen: boolean; readonly onClose: () => void; readonly onChange: () => unknown };

export function GoalDialog(props: DialogProps) {
  return (
    <Dialog title="Goal of the week" isOpen={props.isOpen} onClose={props.onClose}>
      <GoalForm {...props} />
    </Dialog>
  );
}

/** Return the goal, or null without one. */
async function loadGoal(): Promise<Schemas["Goal"] | null> {
  try {
    return await unwrap(api.GET("/api/v1/statistics/goal"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

function GoalForm({ onClose, onChange }: DialogProps) {
  const found = useResource(async () => ({ goal: await loadGoal() }));
  if (found.data.value === null) {
    return <Pending of={found} />;
  }
  return <LoadedForm goal={found.data.value.goal} onClose={onClose} onChange={onChange} />;
}

type FormProps = Omit<DialogProps, "isOpen"> & { readonly goal: Schemas["Goal"] | null };

function LoadedForm({ goal, onClose, onChange }: FormProps) {
  const input = useSignal<GoalInput>(
    goal ? { metric: goal.metric, target: goal.target, rest_days: goal.rest_days } : DEFAULT_GOAL,
  );
  const act = useAction(async (change: Promise<unknown>) => {
    await change;
    onClose();
    await onChange();
  });
  const restDays = input.value.rest_days ?? [];
  const toggle = (day: Weekday, isRest: boolean): void => {
    input.value = {
      ...input.value,
      rest_days: DAYS.filter((item) => (item === day ? isRest : restDays.includes(item))),
    };
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run(unwrap(api.PUT("/api/v1/statistics/goal", { body: input.value })));
      }}
    >
      <ErrorNote error={act.error.value} />
      <Field
        label="How much"
        type="number"
        min={1}
        required
        value={input.value.target}
        onInput={(event) => {
          input.value = { ...input.value, target: event.currentTarget.valueAsNumber || 0 };
        }}
      />
      <Select
        label="Of what"
        options={METRICS}
        value={input.value.metric}
        onChange={(event) => {
          input.value = { ...input.value, metric: event.currentTarget.value as GoalInput["metric"] };
        }}
      />
      <fieldset class="choices">
        <legend>Planned rest days, which do not end your days in a row</legend>
        {DAYS.map((day) => (
          <label key={day}>
            <input
              type="checkbox"
              checked={restDays.includes(day)}
              onChange={(event) => toggle(day, event.currentTarget.checked)}
            />
            {formatCode(day)}
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <Button type="submit" isBusy={act.isBusy.value}>
          Save
        </Button>
        {goal && (
          <Button
            variant="danger"
            isBusy={act.isBusy.value}
            onClick={() => void act.run(unwrap(api.DELETE("/api/v1/statistics/goal")))}
          >
            Remove the goal
          </Button>
        )}
      </div>
    </form>
  );
}
