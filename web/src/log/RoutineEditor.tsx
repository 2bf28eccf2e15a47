/** The fields of a routine. What is not saved yet is kept in this tab. */
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { api, type Schemas, unwrap, unwrapTagged } from "../api/client";
import { ApiError } from "../api/problems";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, Field } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { ExercisePicker } from "../ui/ExercisePicker";
import { runIfValid } from "../ui/Form";
import { EmptyState, ErrorNote, Note, showToast } from "../ui/feedback";
import { Page } from "../ui/Page";
import { type Draft, dropDraft, keepDraft, readDraft } from "./draft";
import { PlannedExercise } from "./PlannedExercise";
import { type Planned, planExercise, toInput } from "./plan";
import { startRoutine } from "./StartOptions";

type Tagged = { readonly data: Schemas["Routine"]; readonly etag: string | null };
type EditorProps = {
  readonly stored: Tagged;
  readonly back: { readonly href: string; readonly label: string };
  /** Load the version that is stored now. */
  readonly reload: () => Promise<Tagged>;
};

export function RoutineEditor({ stored, back, reload }: EditorProps) {
  const { route } = useLocation();
  const { id } = stored.data;
  const saved = useSignal(stored);
  const draft = useSignal<Draft | null>(readDraft(id));
  const isPicking = useSignal(false);
  const edition = useSignal(0); // The fields of another version forget what was typed.
  const params = { path: { routine_id: id } };
  const { name, exercises } = draft.value ?? saved.value.data;

  const change = (changed: Partial<Draft>): void => {
    draft.value = { id, name, exercises, etag: draft.value?.etag ?? saved.value.etag, ...changed };
    keepDraft(draft.value);
  };
  const show = (version: Tagged): void => {
    saved.value = version;
    draft.value = null;
    edition.value += 1;
    dropDraft(id);
  };
  const store = async ({ etag }: Draft): Promise<void> => {
    const headers = etag ? { "If-Match": etag } : {};
    const body = { name: name.trim(), notes: saved.value.data.notes, exercises: exercises.map(toInput) };
    try {
      show(await unwrapTagged(api.PUT("/api/v1/routines/{routine_id}", { params, headers, body })));
    } catch (error) {
      // The person sees what the other device has made of it, and decides again.
      if (error instanceof ApiError && error.type === "precondition-failed") show(await reload());
      throw error;
    }
  };
  const save = useAction(async () => {
    if (draft.value !== null) await store(draft.value);
    showToast("Routine saved.");
  });
  const start = useAction(async () => {
    if (draft.value !== null) await store(draft.value);
    await startRoutine(id);
    route(PATHS.currentWorkout);
  });
  const remove = async (): Promise<void> => {
    await unwrap(api.DELETE("/api/v1/routines/{routine_id}", { params }));
    dropDraft(id);
    route(PATHS.routines);
  };
  const replace = (index: number, planned: Planned | null): void => {
    change({ exercises: exercises.flatMap((item, place) => (place === index ? (planned ?? []) : item)) });
  };

  return (
    <Page
      title={saved.value.data.name}
      back={back}
      actions={
        <Button icon="play" isBusy={start.isBusy.value} onClick={() => runIfValid(start)}>
          Start
        </Button>
      }
    >
      <ErrorNote error={save.error.value ?? start.error.value} />
      <Field
        label="Name"
        required
        maxLength={100}
        value={name}
        onInput={(event) => change({ name: event.currentTarget.value })}
      />
      {exercises.length === 0 && (
        <EmptyState icon="workout" title="No exercises yet">
          Add what you want to train, with the sets you plan.
        </EmptyState>
      )}
      {exercises.map((planned, index) => (
        <PlannedExercise
          key={`${edition.value}-${planned.exercise.id}-${index}`}
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
      {draft.value !== null && (
        <Note>
          You have changes that are not saved.{" "}
          <Button variant="quiet" onClick={() => show(saved.value)}>
            Undo them
          </Button>
        </Note>
      )}
      <div class="actions">
        <Button icon="check" isBusy={save.isBusy.value} onClick={() => runIfValid(save)}>
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
          change({ exercises: [...exercises, planExercise(exercise)] });
        }}
        onClose={() => {
          isPicking.value = false;
        }}
      />
    </Page>
  );
}
