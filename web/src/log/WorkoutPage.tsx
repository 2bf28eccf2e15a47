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
import { formatDay, formatDuration, formatNumber, formatTime, formatVolume } from "../ui/format";
import { Card, Page, Stat } from "../ui/Page";
import type { Workout, WorkoutSet } from "./apply";
import { NotesForm } from "./NotesForm";
import { repeatWorkout } from "./StartOptions";
import { describeSet } from "./sets";
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

/** Return how long a workout took, in seconds; 0 if that is not known, as of some apps that it came from. */
function lastsOf({ started_at, ended_at }: Workout): number {
  return ended_at === null ? 0 : (Date.parse(ended_at) - Date.parse(started_at)) / 1000;
}

function Totals({ workout }: { readonly workout: Workout }) {
  const sets = workout.exercises.flatMap((exercise) => exercise.sets);
  const reps = sets.reduce((sum, item) => sum + (item.reps ?? 0), 0);
  const volume = sets.reduce((sum, item) => sum + (item.reps ?? 0) * (item.weight_kg ?? 0), 0);
  const seconds = lastsOf(workout);
  return (
    <Card>
      <div class="stats">
        <Stat label="Sets" value={formatNumber(sets.length)} />
        <Stat label="Reps" value={formatNumber(reps)} />
        {volume > 0 && <Stat label="Lifted" value={formatVolume(volume)} />}
        {seconds > 0 && <Stat label="Time" value={formatDuration(Math.round(seconds / 60) * 60)} />}
      </div>
      {workout.notes && <p class="notes">{workout.notes}</p>}
    </Card>
  );
}

function Exercises({ workout }: { readonly workout: Workout }) {
  return (
    <>
      {workout.exercises.map((exercise) => (
        <Card key={exercise.id}>
          <h2>
            <a href={PATHS.exerciseProgress.replace(":id", exercise.exercise.id)}>{exercise.exercise.name}</a>
          </h2>
          <ol aria-label={`Sets of ${exercise.exercise.name}`}>
            {exercise.sets.map((item) => (
              <li key={item.id}>
                {describeSet(item)}
                {item.kind === "warm_up" && <span class="muted"> (warm-up)</span>}
                {item.evidence && <span class="muted"> {describeCamera(item)}</span>}
              </li>
            ))}
          </ol>
        </Card>
      ))}
    </>
  );
}

function describeCamera({ reps, evidence }: WorkoutSet): string {
  const counted = evidence?.detected_reps ?? 0;
  return counted === reps ? "· counted by camera" : `· the camera counted ${formatNumber(counted)}`;
}
