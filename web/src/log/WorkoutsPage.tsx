/** The history of workouts, newest first, and ways to start the next one. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, type Schemas, unwrap } from "../api/client";
import { readCopy, storeCopy } from "../api/database";
import { type Change, onSent, waitingChanges } from "../api/outbox";
import { ApiError, OFFLINE } from "../api/problems";
import PATHS from "../paths.json";
import { bindText, Field, LinkButton } from "../ui/controls";
import { EmptyState, Pending } from "../ui/feedback";
import { formatCount, formatDuration, formatRelativeDay, formatVolume } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { type ListPage, MoreButton, usePages } from "../ui/pages";
import { StartOptions } from "./StartOptions";
import { useCurrentWorkout } from "./workouts";

type Listed = Schemas["ListedWorkout"];

const COPY = "workouts";
const WAIT_MS = 250;

async function loadPage(text: string, cursor: string | null): Promise<ListPage<Listed>> {
  const query = { limit: 20, ...(text && { text }), ...(cursor && { cursor }) };
  const isFirst = !text && !cursor;
  try {
    const page = await unwrap(api.GET("/api/v1/workouts", { params: { query } }));
    if (isFirst) await storeCopy(COPY, page);
    return page;
  } catch (error) {
    const copy =
      isFirst && error instanceof ApiError && error.type === OFFLINE ? await readCopy<ListPage<Listed>>(COPY) : null;
    if (copy === null) throw error;
    return copy;
  }
}

export default function WorkoutsPage() {
  const current = useCurrentWorkout().value;
  const text = useSignal("");
  const search = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      search.value = text.value.trim();
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  const pages = usePages((cursor) => loadPage(search.value, cursor), [search.value]);
  const { items, first } = pages;
  const isNew = items?.length === 0 && search.value === "";
  // The list may have been asked for before the server had the changes.
  useEffect(() => onSent(() => first.reload()), [first]);
  const deleted = new Set(
    waitingChanges.value.filter(({ operation: { operation } }) => operation === "delete_workout").map(idOf),
  );
  return (
    <Page title="Workouts">
      {current ? (
        <LinkButton href={PATHS.currentWorkout} icon="play">
          Go on with “{current.title}”
        </LinkButton>
      ) : (
        <StartOptions />
      )}
      {!isNew && (
        <Field label="Search your workouts" type="search" placeholder="Exercise, title or note" {...bindText(text)} />
      )}
      <Pending of={first} />
      {isNew && (
        <EmptyState
          icon="workout"
          title="No workouts yet"
          action={
            <LinkButton variant="secondary" icon="import" href={PATHS.imports}>
              Bring them from another app
            </LinkButton>
          }
        >
          Start your first one above. Have you trained with another app before? You can bring your history along.
        </EmptyState>
      )}
      {items?.length === 0 && !isNew && <p class="muted">No workout fits “{search.value}”.</p>}
      <ul class="list" aria-label="Workouts" aria-busy={first.isLoading.value}>
        {items
          ?.filter(({ id }) => !deleted.has(id))
          .map((workout) => (
            <WorkoutRow key={workout.id} workout={workout} isCurrent={workout.id === current?.id} />
          ))}
      </ul>
      <MoreButton pages={pages} />
    </Page>
  );
}

const idOf = ({ operation }: Change): string => operation.id;

function WorkoutRow({ workout, isCurrent }: { readonly workout: Listed; readonly isCurrent: boolean }) {
  const { totals } = workout;
  const facts = [formatRelativeDay(workout.started_at), formatCount(totals.sets, "set")];
  if (totals.volume_kg > 0) facts.push(formatVolume(totals.volume_kg));
  if (totals.duration_seconds) facts.push(formatDuration(Math.round(totals.duration_seconds / 60) * 60));
  const isRunning = workout.ended_at === null;
  return (
    <li>
      <a class="list-row" href={isCurrent ? PATHS.currentWorkout : PATHS.workout.replace(":id", workout.id)}>
        <span>
          <strong>{workout.title}</strong>
          <span class="secondary-line">{facts.join(" · ")}</span>
          <span class="secondary-line">{workout.exercises.map((item) => item.exercise.name).join(", ")}</span>
        </span>
        {isRunning && <span class="chip">running</span>}
        <Icon name="next" />
      </a>
    </li>
  );
}
