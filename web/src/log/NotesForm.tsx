/** The title and the notes of a workout. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { addChanges } from "../api/outbox";
import { useAction } from "../ui/action";
import { Button, bindText, Field } from "../ui/controls";
import { ErrorNote, showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import type { Workout } from "./apply";

export function NotesForm({ workout }: { readonly workout: Workout }) {
  const id = useId();
  const title = useSignal(workout.title);
  const notes = useSignal(workout.notes ?? "");
  const save = useAction(async () => {
    const data = { title: title.value.trim() || null, notes: notes.value.trim() || null };
    await addChanges([{ operation: "update_workout", id: workout.id, data }]);
    showToast("Saved.");
  });
  return (
    <Card>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        <ErrorNote error={save.error.value} />
        <Field label="Title" maxLength={200} {...bindText(title)} />
        <div class="field">
          <label for={id}>Notes</label>
          <textarea id={id} rows={3} {...bindText(notes)} />
        </div>
        <Button type="submit" variant="secondary" isBusy={save.isBusy.value}>
          Save title and notes
        </Button>
      </form>
    </Card>
  );
}
