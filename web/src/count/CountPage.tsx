/** Count a set: choose an exercise, do the set in front of the camera or watch a recording of one, save it. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { profile } from "../api/profile";
import { RestTimer } from "../log/RestTimer";
import PATHS from "../paths.json";
import { Note } from "../ui/feedback";
import { Page } from "../ui/Page";
import { Chooser } from "./Chooser";
import { CountingSet } from "./CountingSet";
import { type CountedExercise, keepRunningSet, type RunningSet, restoreRunningSet } from "./running";
import { deleteSamples } from "./unsaved";
import { discardWorkoutOfSet } from "./workout";
import "../log/log.css";
import "./count.css";

export default function CountPage() {
  const restored = useMemo(() => restoreRunningSet(profile.peek()?.id), []);
  const running = useSignal(restored);
  // The next set is usually of the same exercise.
  const last = useSignal<CountedExercise | null>(null);
  const saved = useSignal<string | undefined>(undefined);
  const show = (set: RunningSet | null, message?: string): void => {
    saved.value = message;
    keepRunningSet(set);
    if (running.value !== null) {
      last.value = running.value.exercise;
      deleteSamples(running.value.setId).catch(() => undefined);
      if (message === undefined) discardWorkoutOfSet(running.value.startedAt).catch(() => undefined);
    }
    running.value = set;
  };
  const current = running.value;
  return (
    <Page key={current?.setId} title={current === null ? "Count" : (current.exercise?.name ?? "Anything that repeats")}>
      {saved.value && (
        <Note>
          {saved.value} <a href={PATHS.currentWorkout}>Look at your workout</a>
        </Note>
      )}
      {current === null ? (
        <Chooser last={last.value} onStart={show} />
      ) : (
        <CountingSet running={current} isResumed={current === restored} onClose={(message) => show(null, message)} />
      )}
      <RestTimer />
    </Page>
  );
}
