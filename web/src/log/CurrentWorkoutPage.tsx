/** The running workout: log its sets, then finish it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { addChanges } from "../api/outbox";
import { WatchedSet } from "../count/WatchedSet";
import PATHS from "../paths.json";
import { ConfirmButton } from "../ui/Dialog";
import { Pending, showToast } from "../ui/feedback";
import { formatCount, formatTime, formatVolume } from "../ui/format";
import { Page } from "../ui/Page";
import { useResource } from "../ui/resource";
import type { Workout } from "./apply";
import { formatClock, RestTimer } from "./RestTimer";
import { StartOptions } from "./StartOptions";
import { WorkoutEditor } from "./WorkoutEditor";
import { currentWorkout, finishWorkout, loadCurrentWorkout } from "./workouts";

// While no workout is running, another device may start one.
const LOOK_MS = 5_000;

export default function CurrentWorkoutPage() {
  const loading = useResource(loadCurrentWorkout);
  const workout = currentWorkout.value;
  useEffect(() => {
    if (workout !== null) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void loadCurrentWorkout().catch(() => undefined);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [workout === null]);
  if (workout === undefined) {
    return (
      <Page title="Workout">
        <Pending of={loading} />
      </Page>
    );
  }
  if (workout === null) {
    return (
      <Page title="Workout">
        <StartOptions />
      </Page>
    );
  }
  return <RunningWorkout key={workout.id} workout={workout} />;
}

function RunningWorkout({ workout }: { readonly workout: Workout }) {
  const { route } = useLocation();
  const sets = workout.exercises.flatMap((exercise) => exercise.sets);
  const finish = async (): Promise<void> => {
    await finishWorkout(workout.id);
    showToast("Well done! Your workout is saved.");
    route(PATHS.workout.replace(":id", workout.id));
  };
  const discard = async (): Promise<void> => {
    await addChanges([{ operation: "delete_workout", id: workout.id }]);
    route(PATHS.workouts);
  };
  const isEmpty = sets.length === 0;
  const ask = {
    title: isEmpty ? "Nothing is logged yet" : "Discard this workout?",
    confirmLabel: "Discard",
    onConfirm: discard,
    children: (
      <p>{isEmpty ? "A workout without sets is not kept." : `Its ${formatCount(sets.length, "set")} are deleted.`}</p>
    ),
  };
  const finishButton = isEmpty ? (
    <ConfirmButton label="Finish" icon="check" variant="primary" {...ask} />
  ) : (
    <ConfirmButton
      label="Finish"
      icon="check"
      variant="primary"
      title="Finish the workout?"
      confirmLabel="Finish"
      confirmVariant="primary"
      onConfirm={finish}
    >
      <p>
        {formatCount(workout.exercises.length, "exercise")}, {formatCount(sets.length, "set")}
        {volumeOf(workout) > 0 && `, ${formatVolume(volumeOf(workout))} lifted`}.
      </p>
    </ConfirmButton>
  );
  return (
    <Page title={workout.title} actions={finishButton}>
      <Clock workout={workout} />
      <WatchedSet workoutId={workout.id} />
      <WorkoutEditor workout={workout} isRunning />
      <ConfirmButton label="Discard this workout" variant="quiet" {...ask} />
      <RestTimer />
    </Page>
  );
}

function volumeOf(workout: Workout): number {
  const sets = workout.exercises.flatMap((exercise) => exercise.sets);
  return sets.reduce((sum, item) => sum + (item.reps ?? 0) * (item.weight_kg ?? 0), 0);
}

function Clock({ workout }: { readonly workout: Workout }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now.value - Date.parse(workout.started_at)) / 1000));
  return (
    <p class="workout-clock">
      <span>
        Running for <strong>{formatClock(seconds)}</strong>
      </span>
      <span>since {formatTime(workout.started_at)}</span>
    </p>
  );
}
