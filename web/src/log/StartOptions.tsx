/** Ways to start a workout: empty, from a routine, or like the last one. */
import { useLocation } from "preact-iso";
import { api, unwrap } from "../api/client";
import { ApiError } from "../api/problems";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { createId, loadCurrentWorkout, startUnlessRunning, startWorkout } from "./workouts";

/** Start a workout of a routine now. Throws ApiError. */
export async function startRoutine(routineId: string): Promise<void> {
  const params = { path: { routine_id: routineId } };
  await startUnlessRunning(async () => {
    await unwrap(api.POST("/api/v1/routines/{routine_id}/start", { params, body: { id: createId() } }));
    await loadCurrentWorkout();
  });
}

/** Start a workout with the exercises of an earlier one, by default the last. Throws ApiError. */
export async function repeatWorkout(workoutId: string | null = null): Promise<void> {
  await startUnlessRunning(async () => {
    await unwrap(api.POST("/api/v1/workouts/repeat", { body: { id: createId(), workout_id: workoutId } })).catch(
      (error: unknown) => {
        throw workoutId === null && error instanceof ApiError && error.isMissing ? new ApiError(NOTHING) : error;
      },
    );
    await loadCurrentWorkout();
  });
}

const NOTHING = {
  type: "/problems/nothing-to-repeat",
  title: "There is no workout to repeat yet",
  status: 0,
  detail: "Start an empty one, and log your first set.",
};

export function StartOptions() {
  const { route } = useLocation();
  const routines = useResource(() => unwrap(api.GET("/api/v1/routines", { params: { query: { limit: 20 } } })));
  const start = useAction(async (act: () => Promise<unknown>) => {
    await act();
    route(PATHS.currentWorkout);
  });
  const isBusy = start.isBusy.value;
  return (
    <Card title="Start a workout">
      <ErrorNote error={start.error.value ?? routines.error.value} />
      <div class="actions">
        <Button icon="plus" isBusy={isBusy} onClick={() => void start.run(() => startUnlessRunning(startWorkout))}>
          Empty workout
        </Button>
        <Button variant="secondary" isBusy={isBusy} onClick={() => void start.run(() => repeatWorkout())}>
          Repeat the last one
        </Button>
      </div>
      {(routines.data.value?.items.length ?? 0) > 0 && (
        <ul class="list" aria-label="Your routines">
          {routines.data.value?.items.map((routine) => (
            <li key={routine.id}>
              <button
                type="button"
                class="list-row as-button"
                disabled={isBusy}
                onClick={() => void start.run(() => startRoutine(routine.id))}
              >
                <span>
                  <strong>{routine.name}</strong>
                  <span class="secondary-line">{formatCount(routine.exercises.length, "exercise")}</span>
                </span>
                <Icon name="play" />
                <span class="visually-hidden">Start</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <a href={PATHS.routines}>Manage routines</a>
    </Card>
  );
}
