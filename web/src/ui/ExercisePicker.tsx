/** A dialog to find an exercise by its name, or to create one that is not there. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { v7 } from "uuid";
import { api, type Schemas, unwrap } from "../api/client";
import { readCopy, storeCopy } from "../api/database";
import { useAction } from "./action";
import { Button, bindText, Field } from "./controls";
import { Dialog } from "./Dialog";
import { ErrorNote, Pending } from "./feedback";
import { formatCode } from "./format";
import { Icon } from "./Icon";
import { useResource } from "./resource";

export type PickedExercise = Pick<Schemas["Exercise"], "id" | "name" | "countable" | "measures" | "primary_muscles">;

type PickerProps = {
  readonly isOpen: boolean;
  /** Show what the camera counts first, and nothing else before a search. */
  readonly isForCounting?: boolean;
  readonly onPick: (exercise: PickedExercise) => void;
  readonly onClose: () => void;
};

const RESULTS = 30;
const WAIT_MS = 200;

/** The copy of exercises that this device has seen. */
const COPY = "exercises";

/** Leave exercises that no longer exist out of searches without a network. */
export async function forgetExercises(ids: ReadonlySet<string>): Promise<void> {
  const known = await readCopy<PickedExercise[]>(COPY);
  if (known !== null)
    await storeCopy(
      COPY,
      known.filter(({ id }) => !ids.has(id)),
    );
}

/** Search on the server. Without a network, in what this device has seen before. */
async function searchExercises(search: string, isForCounting: boolean): Promise<readonly PickedExercise[]> {
  try {
    const query = { limit: RESULTS, ...(search ? { search } : isForCounting && { countable: true }) };
    const { items } = await unwrap(api.GET("/api/v1/exercises", { params: { query } }));
    const known = new Map((await readCopy<PickedExercise[]>(COPY))?.map((exercise) => [exercise.id, exercise]));
    for (const { id, name, countable, measures, primary_muscles } of items) {
      known.set(id, { id, name, countable, measures, primary_muscles });
    }
    await storeCopy(COPY, [...known.values()]);
    return isForCounting ? items.toSorted((one, other) => Number(other.countable) - Number(one.countable)) : items;
  } catch (error) {
    const known = await readCopy<PickedExercise[]>(COPY);
    const words = search.toLowerCase();
    const found = known?.filter((exercise) => exercise.name.toLowerCase().includes(words)) ?? [];
    if (found.length === 0) throw error;
    return found.slice(0, RESULTS);
  }
}

export function ExercisePicker({ isOpen, isForCounting = false, onPick, onClose }: PickerProps) {
  return (
    <Dialog title="Choose an exercise" isOpen={isOpen} onClose={onClose}>
      <Search isForCounting={isForCounting} onPick={onPick} />
    </Dialog>
  );
}

function Search({ isForCounting, onPick }: Required<Pick<PickerProps, "isForCounting" | "onPick">>) {
  const text = useSignal("");
  const search = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      search.value = text.value.trim();
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  const found = useResource(() => searchExercises(search.value, isForCounting), [search.value]);
  const create = useAction(async () => {
    const body = { id: v7(), name: text.value.trim() };
    onPick(await unwrap(api.POST("/api/v1/exercises", { body })));
  });
  const exercises = found.data.value;
  const isNew = text.value.trim() !== "" && !exercises?.some((item) => isSameName(item.name, text.value));
  return (
    <div class="form">
      <Field label="Name or muscle" type="search" placeholder="For example: squat" autofocus {...bindText(text)} />
      <Pending of={found} />
      <ul class="list" aria-label="Exercises" aria-busy={found.isLoading.value}>
        {exercises?.map((exercise) => (
          <li key={exercise.id}>
            <button type="button" class="list-row as-button" onClick={() => onPick(exercise)}>
              <span>
                <strong>{exercise.name}</strong>
                <span class="secondary-line">{describeMuscles(exercise)}</span>
              </span>
              {exercise.countable && (
                <span class="chip">
                  <Icon name="camera" size={16} /> Counts
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {exercises?.length === 0 && <p class="muted">Nothing is called that.</p>}
      <ErrorNote error={create.error.value} />
      {isNew && (
        <Button variant="secondary" icon="plus" isBusy={create.isBusy.value} onClick={() => void create.run()}>
          Add “{text.value.trim()}” as my own exercise
        </Button>
      )}
    </div>
  );
}

function describeMuscles(exercise: PickedExercise): string {
  return exercise.primary_muscles.map(formatCode).join(", ");
}

function isSameName(name: string, text: string): boolean {
  return name.localeCompare(text.trim(), undefined, { sensitivity: "base" }) === 0;
}
