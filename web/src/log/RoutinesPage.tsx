/** The routines: plans to start workouts from. */
import { useLocation } from "preact-iso";
import { api, unwrap } from "../api/client";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { EmptyState, ErrorNote, Pending } from "../ui/feedback";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { useResource } from "../ui/resource";
import { createId } from "./workouts";

export default function RoutinesPage() {
  const { route } = useLocation();
  const routines = useResource(() => unwrap(api.GET("/api/v1/routines", { params: { query: { limit: 100 } } })));
  const create = useAction(async () => {
    const body = { id: createId(), name: "New routine", exercises: [] };
    const created = await unwrap(api.POST("/api/v1/routines", { body }));
    route(PATHS.routine.replace(":id", created.id));
  });
  const items = routines.data.value?.items;
  const button = (
    <Button icon="plus" isBusy={create.isBusy.value} onClick={() => void create.run()}>
      New routine
    </Button>
  );
  return (
    <Page title="Routines" back={{ href: PATHS.workouts, label: "Workouts" }} actions={items?.length ? button : null}>
      <ErrorNote error={create.error.value} />
      <Pending of={routines} />
      {items?.length === 0 && (
        <EmptyState icon="workout" title="No routines yet" action={button}>
          A routine is a plan with exercises and sets. Start a workout from it, and it tells you what comes next.
        </EmptyState>
      )}
      <ul class="list" aria-label="Routines">
        {items?.map((routine) => (
          <li key={routine.id}>
            <a class="list-row" href={PATHS.routine.replace(":id", routine.id)}>
              <span>
                <strong>{routine.name}</strong>
                <span class="secondary-line">
                  {routine.exercises.map((item) => item.exercise.name).join(", ") || "no exercises yet"}
                </span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}
