/** The person in the picture, the count, and what to do better. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { showToast } from "../ui/feedback";
import { formatNumber } from "../ui/format";
import type { Counting } from "./counting";
import { type Guidance, guide } from "./guidance";
import type { RunningSet } from "./running";
import { drawSkeleton } from "./skeleton";
import { isSpeaking, PAGE_LANGUAGE, say, setSpeaking } from "./speech";

type StageProps = {
  readonly running: RunningSet;
  readonly counting: Counting;
  readonly onDiscard: () => void;
};

export function Stage({ running, counting, onDiscard }: StageProps) {
  const { live } = counting;
  const isStopped = counting.isStopped.value;
  const isHidden = useHidden();
  const buttons = useRef<HTMLDivElement>(null);
  // The space bar stops the set.
  useEffect(() => buttons.current?.querySelector("button")?.focus(), []);
  const isHold = running.rules.kind === "hold";
  // Guidance may stay the same for many samples: only its changes are rendered.
  const text = useComputed(() =>
    JSON.stringify(
      guide({
        connection: live.connection.value,
        tracking: live.tracking.value,
        sample: counting.sample.value,
        rules: running.rules,
        hasReps: live.count.value > 0,
        isHidden: isHidden.value && running.recording === null,
      }),
    ),
  );
  const guidance = JSON.parse(text.value) as Guidance;
  useSpokenGuidance(isStopped ? null : guidance);
  const number = isHold ? Math.floor(live.heldMs.value / 1000) : live.count.value;
  return (
    <section class="stage always-dark" aria-label="Counting">
      <Picture counting={counting} />
      <p class={`guidance ${guidance.tone}`} role="status">
        {isStopped ? describeEnd(live.connection.value === "lost") : guidance.text}
      </p>
      <p class="big-number" aria-live="polite" aria-atomic="true">
        <output aria-label={isHold ? "Seconds" : "Reps"}>{formatNumber(number)}</output>
        <span>{isHold ? "seconds" : number === 1 ? "rep" : "reps"}</span>
      </p>
      <div class="stage-buttons" ref={buttons}>
        <Button icon="stop" isBusy={isStopped} onClick={counting.stop}>
          Stop
        </Button>
        <Button
          variant="quiet"
          icon={isSpeaking.value ? "sound" : "mute"}
          aria-pressed={isSpeaking.value}
          onClick={() => setSpeaking(!isSpeaking.value)}
        >
          <span class="visually-hidden">Say the count aloud</span>
        </Button>
        <Button variant="secondary" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </section>
  );
}

function describeEnd(isLost: boolean): string {
  return isLost ? "No connection. Your set is counted when it is back." : "Counting your set once more…";
}

const SPOKEN_AFTER_MS = 1500;

/** Say what to do if it still holds after a while: who trains is too far away to read. */
function useSpokenGuidance(guidance: Guidance | null): void {
  const text = guidance?.spoken ? guidance.text : null;
  useEffect(() => {
    if (text === null) return undefined;
    const timer = setTimeout(() => say(text, PAGE_LANGUAGE), SPOKEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
}

/** The video with the skeleton over it. A recording has no video. */
function Picture({ counting }: { readonly counting: Counting }) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const source = counting.source.value;
  useEffect(() => {
    const video = source?.video;
    if (video) place.current?.prepend(video);
    return () => video?.remove();
  }, [source]);
  useSignalEffect(() => {
    const sample = counting.sample.value;
    if (sample && canvas.current && source) drawSkeleton(canvas.current, sample, source.frame());
  });
  return (
    <div ref={place} class={source?.isMirrored.value ? "picture mirrored" : "picture"}>
      <canvas ref={canvas} role="img" aria-label="Your body as the camera sees it" />
      {source?.switchCamera && !counting.isStopped.value && <SwitchButton switchCamera={source.switchCamera} />}
    </div>
  );
}

function SwitchButton({ switchCamera }: { readonly switchCamera: () => Promise<boolean> }) {
  const change = useAction(async () => {
    if (!(await switchCamera())) showToast("The other camera does not open. Does another program use it?");
  });
  return (
    <Button
      variant="secondary"
      icon="switch"
      class="switch-camera"
      isBusy={change.isBusy.value}
      onClick={() => void change.run()}
    >
      <span class="visually-hidden">Use another camera</span>
    </Button>
  );
}

function useHidden() {
  const isHidden = useSignal(document.hidden);
  useEffect(() => {
    const update = (): void => {
      isHidden.value = document.hidden;
    };
    document.addEventListener("visibilitychange", update);
    return () => document.removeEventListener("visibilitychange", update);
  }, []);
  return isHidden;
}
