/** One routine: its name, its exercises with their planned sets, and a button to start it. */
import { useSignal } from "@preact/signals";
import { useLocation, useRoute } from "preact-iso";
import { api, type Schemas, unwrap, unwrapTagged } from "../api/client";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, bindText, Field } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { ExercisePicker } from "../ui/ExercisePicker";
import { EmptyState, ErrorNote, Pending, showToast } from "../ui/feedback";
import { Page } from "../ui/Page";
import { useResource } from "../ui/resource";
import { PlannedExercise } from "./PlannedExercise";
import { startRoutine } from "./StartOptions";
import "./log.css";

type Planned = Schemas["PlannedExercise"];
type Tagged = { readonly data: Schemas["Routine"]; readonly etag: string | null };

const BACK = { href: PATHS.routines, label: "Routines" };
const DEFAULT_SETS = 3;
const DEFAULT_REPS = 10;

export default function RoutinePage() {
  const id = useRoute().params.id ?? "";
  const found = useResource(
    () => unwrapTagged(api.GET("/api/v1/routines/{routine_id}", { params: { path: { routine_id: id } } })),
    [id],
  );
  if (found.data.value === null) {
    return (
      <Page title="Routine" back={BACK}>
        <Pending of={found} />
      </Page>
    );
  }
  return <Editor key={id} id={id} stored={found.data.value} onConflict={found.reload} />;
}

type EditorProps = { readonly id: string; readonly stored: Tagged; readonly onConflict: () => unknown };

function Editor({ id, stored, onConflict }: EditorProps) {
  const { route } = useLocation();
  const etag = useSignal(stored.etag);
  const name = useSignal(stored.data.name);
  const exercises = useSignal<readonly Planned[]>(stored.data.exercises);
  const isPicking = useSignal(false);
  const params = { path: { routine_id: id } };
  const save = useAction(async () => {
    const headers = etag.value ? { "If-Match": etag.value } : {};
    const body = { name: name.value.trim(), notes: stored.data.notes, exercises: exercises.value.map(toInput) };
    const saving = unwrapTagged(api.PUT("/api/v1/routines/{routine_id}", { params, headers, body }));
    const saved = await saving.catch(async (error: unknown) => {
      await onConflict();
      throw error;
    });
    etag.value = saved.etag;
    exercises.value = saved.data.exercises;
    showToast("Routine saved.");
  });
  const start = useAction(async () => {
    await startRoutine(id);
    route(PATHS.currentWorkout);
  });
  const remove = async (): Promise<void> => {
    await unwrap(api.DELETE("/api/v1/routines/{routine_id}", { params }));
    route(PATHS.routines);
  };
  const replace = (index: number, planned: Planned | null): void => {
    exercises.value = exercises.value.flatMap((item, place) => (place === index ? (planned ?? []) : item));
  };
  return (
    <Page
      title={stored.data.name}
      back={BACK}
      actions={
        <Button icon="play" isBusy={start.isBusy.value} onClick={() => void start.run()}>
          Start
        </Button>
      }
    >
      <ErrorNote error={save.error.value ?? start.error.value} />
      <Field label="Name" required maxLength={100} {...bindText(name)} />
      {exercises.value.length === 0 && (
        <EmptyState icon="workout" title="No exercises yet">
          Add what you want to train, with the sets you plan.
        </EmptyState>
      )}
      {exercises.value.map((planned, index) => (
        <PlannedExercise
          key={`${planned.exercise.id}-${index}`}
          planned={planned}
          onChange={(changed) => replace(index, changed)}
          onRemove={() => replace(index, null)}
        />
      ))}
      <Button
        variant="secondary"
        icon="plus"
        onClick={() => {
          isPicking.value = true;
        }}
      >
        Add an exercise
      </Button>
      <div class="actions">
        <Button icon="check" isBusy={save.isBusy.value} onClick={() => void save.run()}>
          Save
        </Button>
        <ConfirmButton
          label="Delete"
          icon="trash"
          title="Delete this routine?"
          confirmLabel="Delete"
          onConfirm={remove}
        >
          <p>Workouts that you have done with it stay.</p>
        </ConfirmButton>
      </div>
      <ExercisePicker
        isOpen={isPicking.value}
        onPick={(exercise) => {
          isPicking.value = false;
          exercises.value = [...exercises.value, planExercise(exercise)];
        }}
        onClose={() => {
          isPicking.value = false;
        }}
      />
    </Page>
  );
}

const EMPTY_TARGET: Schemas["Target"] = {
  kind: "normal",
  reps: DEFAULT_REPS,
  reps_to: null,
  weight_kg: null,
  assistance_kg: null,
  duration_seconds: null,
  distance_meters: null,
  rpe: null,
  rest_seconds: null,
};

function planExercise(exercise: { id: string; name: string }): Planned {
  return {
    exercise: { id: exercise.id, name: exercise.name, custom: false },
    superset: null,
    notes: null,
    targets: Array.from({ length: DEFAULT_SETS }, () => EMPTY_TARGET),
    progression: null,
    progress_since: null,
  };
}

function toInput({ exercise, superset, notes, targets, progression }: Planned): Schemas["RoutineExerciseInput"] {
  return { exercise_id: exercise.id, superset, notes, targets, progression };
}
