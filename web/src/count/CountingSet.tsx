/** A set that is being counted, then its result. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/controls";
import { ErrorNote, Loading } from "../ui/feedback";
import { CameraNote } from "./CameraNote";
import { type Counting, useCounting } from "./counting";
import { Review } from "./Review";
import type { RunningSet } from "./running";
import { Stage } from "./Stage";
import { say } from "./speech";

type CountingSetProps = {
  readonly running: RunningSet;
  /** Whether the page was left or loaded again since the set began. */
  readonly isResumed: boolean;
  readonly onClose: (saved?: string) => void;
};

export function CountingSet({ running, isResumed, onClose }: CountingSetProps) {
  const counting = useCounting(running, isResumed);
  const { live, source, error } = counting;
  useSpokenCount(counting);
  useWakeLock();
  const counted = live.counted.value;
  if (counted !== null)
    return <Review running={running} counted={counted} isCutOff={live.isCutOff} onClose={onClose} />;
  const problem = error.value ?? live.error.value;
  if (problem !== null) {
    return (
      <>
        {error.value === null ? <ErrorNote error={problem} /> : <CameraNote error={problem} />}
        <Button variant="secondary" onClick={() => onClose()}>
          Back
        </Button>
      </>
    );
  }
  if (source.value === null && !counting.isStopped.value)
    return <Loading label={running.recording ? "Loading the recording" : "Starting the camera"} />;
  const discard = (): void => {
    counting.discard();
    onClose();
  };
  return <Stage running={running} counting={counting} onDiscard={discard} />;
}

/** Say each number once: the server may correct the count, which is shown and not said. */
function useSpokenCount({ live, isStopped }: Counting): void {
  const said = useRef(0);
  useSignalEffect(() => {
    const count = live.count.value;
    if (count <= said.current || isStopped.peek()) return;
    said.current = count;
    say(String(count));
  });
}

/** Keep the screen on while a set is counted. */
function useWakeLock(): void {
  useEffect(() => {
    let pending: Promise<WakeLockSentinel | null> | undefined;
    // The browser lets it go whenever the page is hidden.
    const request = (): void => {
      if (!document.hidden) pending = navigator.wakeLock?.request("screen").catch(() => null);
    };
    request();
    document.addEventListener("visibilitychange", request);
    return () => {
      document.removeEventListener("visibilitychange", request);
      void pending?.then((lock) => lock?.release());
    };
  }, []);
}
