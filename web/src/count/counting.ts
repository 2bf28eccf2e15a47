/** A set from its first picture to its result: the source of poses, the server, and what the page shows of both. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { openCamera } from "./camera";
import { LiveSet } from "./live";
import type { Sample } from "./protocol";
import { loadRecording } from "./recording";
import { keepRunningSet, type RunningSet } from "./running";
import type { PoseSource } from "./source";
import { startWorkoutOfSet } from "./workout";

export type Counting = {
  readonly live: LiveSet;
  /** Null while the camera starts or the recording loads. */
  readonly source: ReadonlySignal<PoseSource | null>;
  readonly sample: ReadonlySignal<Sample | null>;
  /** Why there are no poses. */
  readonly error: Signal<unknown>;
  /** Whether the set has ended. Its result may still be on its way. */
  readonly isStopped: ReadonlySignal<boolean>;
  readonly stop: () => void;
  readonly discard: () => void;
};

// The server counts sets of up to 30 minutes.
const MAX_MS = 29.5 * 60_000;

/** Return the speed of replays: tests and demonstrations set it in the address. */
function readSpeed(): number {
  const speed = Number(new URLSearchParams(location.search).get("speed") ?? 1);
  return speed > 0 && speed <= 8 ? speed : 1;
}

export function useCounting(running: RunningSet, isResumed: boolean): Counting {
  const counting = useMemo(() => createCounting(running, isResumed), [running.setId]);
  useEffect(() => {
    void counting.begin();
    return counting.close;
  }, [counting]);
  return counting;
}

function createCounting(running: RunningSet, isResumed: boolean) {
  const { setId, exercise, recording, startedAt } = running;
  const source = signal<PoseSource | null>(null);
  const sample = signal<Sample | null>(null);
  const error = signal<unknown>(null);
  const isStopped = signal(false);
  const state = { isClosed: false };
  const stop = (): void => {
    isStopped.value = true;
    keepRunningSet({ ...running, isEnded: true });
    source.value?.stop();
    live.end();
  };
  const live = new LiveSet(setId, exercise?.id ?? null, startedAt, (nextSeq) => {
    const add = (seen: Sample): void => {
      sample.value = seen;
      live.add(seen);
      if (seen.timeMs >= MAX_MS) stop();
    };
    source.value?.start(nextSeq, add, stop);
  });
  const begin = async (): Promise<void> => {
    try {
      if (running.isEnded) {
        // Only its result is missing.
        isStopped.value = true;
        await live.start(isResumed);
        live.end();
        return;
      }
      const opened = recording === null ? await openCamera(startedAt) : await loadRecording(recording, readSpeed());
      if (state.isClosed) opened.stop();
      else {
        source.value = opened;
        await live.start(isResumed, isResumed ? null : startWorkoutOfSet());
      }
    } catch (failure) {
      error.value = failure;
    }
  };
  const close = (): void => {
    state.isClosed = true;
    source.value?.stop();
    live.close();
  };
  const discard = (): void => {
    source.value?.stop();
    live.discard();
  };
  return { live, source, sample, error, isStopped, stop, discard, begin, close };
}
