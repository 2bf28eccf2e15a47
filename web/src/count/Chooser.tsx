/** Choose what to count, and where the pictures come from. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { loadExercise } from "../api/exercises";
import { profile } from "../api/profile";
import { createId } from "../log/workouts";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ExercisePicker } from "../ui/ExercisePicker";
import { ErrorNote } from "../ui/feedback";
import { Icon } from "../ui/Icon";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { describePlace } from "./guidance";
import { RECORDINGS } from "./recording";
import { ANYTHING, loadRules, type Rules } from "./rules";
import type { CountedExercise, RunningSet } from "./running";
import { SpeechToggle } from "./SpeechToggle";
import { unlockSpeech } from "./speech";

type Choice = { readonly exercise: CountedExercise | null };

const QUICK: readonly CountedExercise[] = RECORDINGS.map(({ id, name }) => ({ id, name, countable: true }));
const FIRST = QUICK[0] ?? null;

type ChooserProps = { readonly last: CountedExercise | null; readonly onStart: (running: RunningSet) => void };

export function Chooser({ last, onStart }: ChooserProps) {
  const { query } = useLocation();
  const isPicking = useSignal(false);
  const choice = useSignal<Choice>({ exercise: last ?? FIRST });
  const load = useAction(async (id: string) => {
    choice.value = { exercise: await loadExercise(id) };
  });
  useEffect(() => {
    if (query.exercise && last === null) void load.run(query.exercise);
  }, [query.exercise]);
  const exercise = choice.value.exercise;
  const recording = findRecording(exercise);
  const rules = useResource(() => loadRules(exercise), [exercise?.id]);
  const start = (from: string | null): void => {
    unlockSpeech();
    const known = rules.data.value ?? ANYTHING;
    onStart({
      setId: createId(),
      userId: profile.peek()?.id ?? "",
      exercise,
      rules: known,
      recording: from,
      startedAt: Date.now(),
    });
  };
  const isBusy = rules.isLoading.value || load.isBusy.value;
  const choose = (chosen: CountedExercise | null): void => {
    isPicking.value = false;
    choice.value = { exercise: chosen };
  };
  return (
    <>
      <fieldset class="choices">
        <legend>What will you do?</legend>
        {[...(isQuick(exercise) ? [] : [exercise]), ...QUICK].map((item) =>
          item === null ? null : (
            <Option key={item.id} label={item.name} isChosen={item.id === exercise?.id} onChoose={() => choose(item)} />
          ),
        )}
        <Option label="Anything that repeats" isChosen={exercise === null} onChoose={() => choose(null)} />
        <Button
          variant="quiet"
          onClick={() => {
            isPicking.value = true;
          }}
        >
          More exercises…
        </Button>
      </fieldset>
      <ErrorNote error={load.error.value} />
      <ErrorNote error={rules.error.value} onRetry={rules.reload} />
      <Card class="start">
        <p>{describeChoice(exercise, rules.data.value ?? ANYTHING)}</p>
        <div class="start-buttons">
          <Button icon="camera" class="wide" disabled={isBusy} onClick={() => start(null)}>
            Start the camera
          </Button>
          {recording && (
            <Button variant="secondary" icon="play" class="wide" disabled={isBusy} onClick={() => start(recording)}>
              Try it with a recording
            </Button>
          )}
        </div>
        <p class="muted small private">
          <Icon name="check" size={16} /> The picture never leaves this device. Only the positions of your joints do.
        </p>
        <SpeechToggle />
      </Card>
      <ExercisePicker
        isOpen={isPicking.value}
        isForCounting
        onPick={choose}
        onClose={() => {
          isPicking.value = false;
        }}
      />
    </>
  );
}

type OptionProps = { readonly label: string; readonly isChosen: boolean; readonly onChoose: () => void };

function Option({ label, isChosen, onChoose }: OptionProps) {
  return (
    <label class="choice">
      <input type="radio" name="exercise" checked={isChosen} onChange={onChoose} />
      <span>{label}</span>
    </label>
  );
}

function isQuick(exercise: CountedExercise | null): boolean {
  return exercise === null || QUICK.some((item) => item.id === exercise.id);
}

/** A recording of this exercise; for whatever repeats, the first one. */
function findRecording(exercise: CountedExercise | null): string | undefined {
  if (exercise === null) return RECORDINGS[0]?.file;
  return RECORDINGS.find(({ id }) => id === exercise.id)?.file;
}

function describeChoice(exercise: CountedExercise | null, rules: Rules): string {
  const place = describePlace(rules);
  if (exercise === null) return `Do any movement again and again. ${place}`;
  return exercise.countable ? place : `${exercise.name} is counted as anything that repeats. ${place}`;
}
