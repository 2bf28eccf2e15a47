/** One workout: what was done, with everything that can be changed. */
import { useSignal } from "@preact/signals";
import { useLocation, useRoute } from "preact-iso";
import { api, unwrap } from "../api/client";
import { addChanges } from "../api/outbox";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, LinkButton } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { EmptyState, ErrorNote, Pending, showToast } from "../ui/feedback";
import { formatDay, formatTime } from "../ui/format";
import { Page } from "../ui/Page";
import type { Workout } from "./apply";
import { NotesForm } from "./NotesForm";
import { repeatWorkout } from "./StartOptions";
import { Exercises, lastsOf, Totals } from "./WorkoutContent";
import { WorkoutEditor } from "./WorkoutEditor";
import { createId, finishWorkout, useWorkout } from "./workouts";

const BACK = { href: PATHS.workouts, label: "Workouts" };

export default function WorkoutPage() {
  const { params } = useRoute();
  const { workout, loading } = useWorkout(params.id ?? "");
  if (workout === undefined) {
    return (
      <Page title="Workout" back={BACK}>
        <Pending of={loading} />
      </Page>
    );
  }
  if (workout === null) {
    return (
      <Page title="Workout" back={BACK}>
        <EmptyState
          icon="workout"
          title="This workout is not here"
          action={<LinkButton href={PATHS.workouts}>All workouts</LinkButton>}
        >
          It may have been deleted on another device.
        </EmptyState>
      </Page>
    );
  }
  return <FoundWorkout key={workout.id} workout={workout} />;
}

function FoundWorkout({ workout }: { readonly workout: Workout }) {
  const { route } = useLocation();
  const isEditing = useSignal(false);
  const act = useAction(async (change: () => Promise<unknown>, path: string, message?: string) => {
    await change();
    if (message !== undefined) showToast(message);
    route(path);
  });
  const remove = async (): Promise<void> => {
    await addChanges([{ operation: "delete_workout", id: workout.id }]);
    showToast("Workout deleted.");
    route(PATHS.workouts);
  };
  const repeat = () => act.run(() => repeatWorkout(workout.id), PATHS.currentWorkout);
  const finish = () => act.run(() => finishWorkout(workout.id), PATHS.workouts, "Your workout is saved.");
  const save = () => act.run(() => saveAsRoutine(workout.id), PATHS.routines, "Saved as a routine.");
  return (
    <Page
      title={workout.title}
      back={BACK}
      actions={
        <Button
          variant="secondary"
          icon={isEditing.value ? "check" : "edit"}
          onClick={() => {
            isEditing.value = !isEditing.value;
          }}
        >
          {isEditing.value ? "Done" : "Edit"}
        </Button>
      }
    >
      <p class="muted">
        {formatDay(workout.started_at)}, {formatTime(workout.started_at)}
        {workout.ended_at && lastsOf(workout) > 0 && ` to ${formatTime(workout.ended_at)}`}
      </p>
      <ErrorNote error={act.error.value} />
      <Totals workout={workout} />
      {isEditing.value ? (
        <>
          <NotesForm workout={workout} />
          <WorkoutEditor workout={workout} isRunning={false} />
        </>
      ) : (
        <Exercises workout={workout} />
      )}
      <div class="actions">
        {workout.ended_at === null && (
          <Button icon="check" isBusy={act.isBusy.value} onClick={() => void finish()}>
            Finish
          </Button>
        )}
        <Button icon="play" isBusy={act.isBusy.value} onClick={() => void repeat()}>
          Do it again
        </Button>
        <Button variant="secondary" isBusy={act.isBusy.value} onClick={() => void save()}>
          Save as a routine
        </Button>
        <ConfirmButton
          label="Delete"
          icon="trash"
          title="Delete this workout?"
          confirmLabel="Delete"
          onConfirm={remove}
        >
          <p>Its sets and what they add to your progress are deleted on all your devices.</p>
        </ConfirmButton>
      </div>
    </Page>
  );
}

async function saveAsRoutine(workoutId: string): Promise<void> {
  await unwrap(api.POST("/api/v1/routines/from-workout", { body: { workout_id: workoutId, id: createId() } }));
}
