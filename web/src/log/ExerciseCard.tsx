/** An exercise of a workout: its sets, what is planned, and the next set to enter. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { loadExercise } from "../api/exercises";
import { addChanges } from "../api/outbox";
import PATHS from "../paths.json";
import { Button, LinkButton } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { showToast } from "../ui/feedback";
import { formatCount } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import type { Workout, WorkoutExercise, WorkoutSet } from "./apply";
import { LoggedSet } from "./LoggedSet";
import { startRest } from "./RestTimer";
import { SetEntry, SetHeads, type SetValues } from "./SetEntry";
import { describeSet, findFields } from "./sets";
import { createId } from "./workouts";

type CardProps = { readonly workout: Workout; readonly exercise: WorkoutExercise; readonly isRunning: boolean };

export function ExerciseCard({ workout, exercise, isRunning }: CardProps) {
  const edited = useSignal<Edited | null>(null);
  const isAdding = useSignal(isRunning);
  const hasLogged = useRef(false);
  const facts = useResource(() => loadExercise(exercise.exercise.id), [exercise.exercise.id]);
  const fields = findFields(facts.data.value?.measures ?? null, [...exercise.sets, ...exercise.targets]);
  const { id: workoutId } = workout;
  const next = exercise.sets.length;
  const planned = exercise.targets[next];

  const append = async (values: SetValues): Promise<void> => {
    const id = createId();
    const data = { id, kind: planned?.kind ?? ("normal" as const), ...values };
    hasLogged.current = true;
    await addChanges([{ operation: "append_set", id, workout_id: workoutId, entry_id: exercise.id, data }]);
    if (isRunning) startRest(planned?.rest_seconds ?? exercise.sets.at(-1)?.rest_seconds ?? null);
    else isAdding.value = false;
  };
  const change = async (item: WorkoutSet, values: SetValues): Promise<void> => {
    await addChanges([{ operation: "update_set", id: item.id, workout_id: workoutId, data: values }]);
    edited.value = null;
  };
  const remove = async (item: WorkoutSet): Promise<void> => {
    await addChanges([{ operation: "delete_set", id: item.id, workout_id: workoutId }]);
    showToast(`Deleted: ${describeSet(item)}`);
  };
  const removeExercise = async (): Promise<void> => {
    await addChanges([{ operation: "delete_exercise_of_workout", id: exercise.id, workout_id: workoutId }]);
  };

  return (
    <Card>
      <div class="exercise-header">
        <h2>
          <a href={PATHS.exerciseProgress.replace(":id", exercise.exercise.id)}>{exercise.exercise.name}</a>
        </h2>
        <ConfirmButton
          label={<span class="visually-hidden">Remove {exercise.exercise.name}</span>}
          variant="quiet"
          icon="trash"
          title={`Remove ${exercise.exercise.name}?`}
          confirmLabel="Remove it"
          onConfirm={removeExercise}
        >
          <p>
            {next === 0 ? "It has no sets yet." : `Its ${formatCount(next, "set is", "sets are")} deleted with it.`}
          </p>
        </ConfirmButton>
      </div>
      {exercise.targets.length > 0 && <p class="muted small">{describePlan(exercise)}</p>}
      <ol class="list" aria-label={`Sets of ${exercise.exercise.name}`}>
        {listRows(exercise.sets, edited.value).map((item, index) =>
          edited.value?.item.id === item.id ? (
            <li key={item.id}>
              <SetEntry
                number={index + 1}
                fields={fields}
                start={item}
                saveLabel={`Save set ${index + 1}`}
                onSave={(values) => change(item, values)}
                onCancel={() => {
                  edited.value = null;
                }}
              />
            </li>
          ) : (
            <LoggedSet
              key={item.id}
              number={index + 1}
              item={item}
              onEdit={() => {
                edited.value = { item, index };
              }}
              onDelete={() => remove(item)}
            />
          ),
        )}
      </ol>
      {isAdding.value && <SetHeads fields={fields} />}
      {isAdding.value ? (
        <SetEntry
          // A new set begins with new values.
          key={`${next}-${fields.length}`}
          number={next + 1}
          fields={fields}
          start={planned ?? exercise.sets.at(-1) ?? {}}
          saveLabel={`Log set ${next + 1} of ${exercise.exercise.name}`}
          onSave={append}
          takesFocus={hasLogged}
        />
      ) : (
        <Button
          variant="secondary"
          icon="plus"
          onClick={() => {
            isAdding.value = true;
          }}
        >
          Add a set
        </Button>
      )}
      {isRunning && facts.data.value?.countable && (
        <LinkButton variant="quiet" icon="camera" href={`${PATHS.count}?exercise=${exercise.exercise.id}`}>
          Count with the camera
        </LinkButton>
      )}
    </Card>
  );
}

type Edited = { readonly item: WorkoutSet; readonly index: number };

/** The sets, with the one that is being changed even if another device has deleted it: saving it says so. */
function listRows(sets: readonly WorkoutSet[], edited: Edited | null): readonly WorkoutSet[] {
  if (edited === null || sets.some((item) => item.id === edited.item.id)) return sets;
  return sets.toSpliced(edited.index, 0, edited.item);
}

function describePlan(exercise: WorkoutExercise): string {
  return `Planned: ${exercise.targets.map((target) => describeSet(target)).join(" · ")}`;
}
