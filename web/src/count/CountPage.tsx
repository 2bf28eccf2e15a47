/** Count a set: choose an exercise, do the set in front of the camera or watch a recording of one, save it. */
import { useSignal } from "@preact/signals";
import { RestTimer } from "../log/RestTimer";
import { Page } from "../ui/Page";
import { Chooser } from "./Chooser";
import { CountingSet } from "./CountingSet";
import { type CountedExercise, keepRunningSet, type RunningSet, restoreRunningSet } from "./running";
import "../log/log.css";
import "./count.css";

export default function CountPage() {
  const running = useSignal<RunningSet | null>(restoreRunningSet());
  // The next set is usually of the same exercise.
  const last = useSignal<CountedExercise | null>(null);
  const show = (set: RunningSet | null): void => {
    keepRunningSet(set);
    if (running.value !== null) last.value = running.value.exercise;
    running.value = set;
  };
  const current = running.value;
  return (
    <Page title={current === null ? "Count" : (current.exercise?.name ?? "Anything that repeats")}>
      {current === null ? (
        <Chooser last={last.value} onStart={show} />
      ) : (
        <CountingSet key={current.setId} running={current} onClose={() => show(null)} />
      )}
      <RestTimer />
    </Page>
  );
}
