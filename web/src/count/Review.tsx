/** The set as it was detected, beside the set as the person says it was; then into the workout. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { startRest } from "../log/RestTimer";
import { readField, showField, WEIGHT } from "../log/sets";
import { currentWorkout, logSet, useCurrentWorkout } from "../log/workouts";
import { useAction } from "../ui/action";
import { Button, Field } from "../ui/controls";
import { ExercisePicker } from "../ui/ExercisePicker";
import { ErrorNote } from "../ui/feedback";
import { formatCount, weightUnit } from "../ui/format";
import { Card } from "../ui/Page";
import { Findings } from "./Findings";
import type { Counted } from "./protocol";
import type { CountedExercise, RunningSet } from "./running";
import { Stepper } from "./Stepper";

type ReviewProps = {
  readonly running: RunningSet;
  readonly counted: Counted;
  /** Whether the end of the set is missing, because the device was without a network for too long. */
  readonly isCutOff: boolean;
  readonly onClose: (saved?: string) => void;
};

export function Review({ running, counted, isCutOff, onClose }: ReviewProps) {
  useCurrentWorkout();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isHold = running.rules.kind === "hold";
  const detected = isHold ? Math.round(sumHolds(counted)) : counted.count;
  const value = useSignal(detected);
  const before = findBefore(running.exercise);
  const weight = useSignal(showField(WEIGHT, before.weightKg));
  const invalid = useSignal<string | null>(null);
  const chosen = useSignal<CountedExercise | null>(running.exercise);
  const isPicking = useSignal(false);
  const noun = isHold ? "second" : "rep";
  const save = useAction(async () => {
    const exercise = chosen.value;
    const { value: weightKg, error } = readField(WEIGHT, weight.value, before.weightKg);
    invalid.value = error;
    if (exercise === null || error !== null) return;
    await logSet(exercise, {
      id: running.setId,
      ...(isHold ? { duration_seconds: value.value } : { reps: value.value }),
      weight_kg: weightKg,
      evidence: counted.evidence,
    });
    startRest(before.restSeconds);
    onClose(`Saved: ${exercise.name}, ${formatCount(value.value, noun)}.`);
  });
  return (
    <>
      <Card class="review">
        <h2 ref={heading} tabIndex={-1}>
          {detected === 0 ? `No ${noun} was counted` : "Is this right?"}
        </h2>
        <div class="review-numbers">
          <p>
            <span class="muted">Counted</span>
            <strong>{formatCount(detected, noun)}</strong>
          </p>
          <Stepper label={isHold ? "Seconds" : "Reps"} value={value} />
        </div>
        {isCutOff && (
          <p class="note warning">
            You were without a connection for so long that the end of the set is not counted. Enter what you did.
          </p>
        )}
        {counted.confidence < 0.6 && detected > 0 && (
          <p class="note warning">The count is not sure this time. Check it before you save it.</p>
        )}
        {detected === 0 && <p class="muted">Enter what you did, or discard the set and move the camera.</p>}
        <Field
          label="Weight (optional)"
          inputMode="decimal"
          unit={weightUnit()}
          value={weight.value}
          error={invalid.value}
          onInput={(event) => {
            weight.value = event.currentTarget.value;
          }}
        />
        {running.exercise === null && (
          <Button
            variant="secondary"
            onClick={() => {
              isPicking.value = true;
            }}
          >
            {chosen.value ? `Exercise: ${chosen.value.name}` : "Which exercise was it?"}
          </Button>
        )}
        <ErrorNote error={save.error.value} />
        <div class="actions">
          <Button
            icon="check"
            isBusy={save.isBusy.value}
            disabled={value.value === 0 || chosen.value === null}
            onClick={() => void save.run()}
          >
            Save the set
          </Button>
          <Button variant="quiet" onClick={() => onClose()}>
            Discard
          </Button>
        </div>
      </Card>
      <Findings counted={counted} />
      <ExercisePicker
        isOpen={isPicking.value}
        onPick={(exercise) => {
          isPicking.value = false;
          chosen.value = exercise;
        }}
        onClose={() => {
          isPicking.value = false;
        }}
      />
    </>
  );
}

function sumHolds(counted: Counted): number {
  return counted.holds.reduce((sum, { duration_ms }) => sum + duration_ms, 0) / 1000;
}

/** Return what is planned for the next set of the exercise in the running workout, or was so in the last one. */
function findBefore(exercise: CountedExercise | null): { weightKg: number | null; restSeconds: number | null } {
  const entry = currentWorkout.peek()?.exercises.find((item) => item.exercise.id === exercise?.id);
  const planned = entry?.targets[entry.sets.length];
  const last = entry?.sets.at(-1);
  return {
    weightKg: planned?.weight_kg ?? last?.weight_kg ?? null,
    restSeconds: planned?.rest_seconds ?? last?.rest_seconds ?? null,
  };
}
