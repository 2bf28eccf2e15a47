/** Recordings of people of our kinematic model, which `web/e2e/recordings.py` writes. */
import { signal } from "@preact/signals";
import { ApiError } from "../api/problems";
import { JOINTS, type Joint } from "./joints";
import type { Point, Sample } from "./protocol";
import type { Frame, PoseSource } from "./source";

type Rows = readonly (readonly number[])[];

/** The content of a file: the first position of each joint, then its changes, as whole numbers. */
export type RecordingFile = {
  readonly exercise: { readonly id: string; readonly name: string };
  readonly reps: number;
  readonly hz: number;
  readonly scale: number;
  readonly box: readonly number[];
  readonly joints: Readonly<Record<string, Rows>>;
  readonly visibility: Readonly<Record<string, number>>;
};

const MARGIN = 0.12;

/** Return the samples of a recording. */
export function readSamples(file: RecordingFile): Sample[] {
  const samples: { timeMs: number; joints: Partial<Record<Joint, Point>> }[] = [];
  for (const joint of JOINTS) {
    const [xs = [], ys = []] = file.joints[joint] ?? [];
    let x = 0;
    let y = 0;
    for (let index = 0; index < xs.length; index += 1) {
      x += xs[index] ?? 0;
      y += ys[index] ?? 0;
      samples[index] ??= { timeMs: Math.round((index * 1000) / file.hz), joints: {} };
      const sample = samples[index];
      if (sample) {
        const visibility = file.visibility[joint] ?? 1;
        sample.joints[joint] = { x: x / file.scale, y: y / file.scale, visibility };
      }
    }
  }
  return samples;
}

/** Return the part of the picture in which the person exercises. */
export function readFrame({ box, scale }: RecordingFile): Frame {
  const [left = 0, top = 0, right = scale, bottom = scale] = box.map((value) => value / scale);
  const margin = MARGIN * Math.max(right - left, bottom - top);
  return {
    left: left - margin,
    top: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  };
}

/** Replay samples as if they happened now, `speed` times as fast. */
export class Replay implements PoseSource {
  readonly video = null;
  readonly isMirrored = signal(false);
  readonly switchCamera = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly samples: readonly Sample[],
    private readonly area: Frame,
    private readonly speed = 1,
  ) {}

  readonly frame = (): Frame => this.area;

  start(nextSeq: number, onSample: (sample: Sample) => void, onEnd: () => void): void {
    const begin = performance.now();
    const first = this.samples[nextSeq]?.timeMs ?? 0;
    let next = nextSeq;
    const step = (): void => {
      const now = first + (performance.now() - begin) * this.speed;
      for (let sample = this.samples[next]; sample && sample.timeMs <= now; sample = this.samples[next]) {
        onSample(sample);
        next += 1;
      }
      if (next < this.samples.length) return;
      this.stop();
      onEnd();
    };
    this.#timer = setInterval(step, 20);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const URLS = import.meta.glob<string>("./recordings/*.json", { query: "?url", import: "default", eager: true });

/** The exercises that have a recording, by their ids. The files load when they are needed. */
export const RECORDINGS: readonly { readonly file: string; readonly id: string; readonly name: string }[] = [
  { file: "bodyweight-squat", id: "44177c9c-ba4e-5259-a361-e68f1fb05014", name: "Bodyweight Squat" },
  { file: "pushups", id: "5a1aa702-5779-58e9-ad82-588773810ed8", name: "Pushups" },
  { file: "barbell-curl", id: "0981cdae-3e97-5180-b7bd-09cd6033caeb", name: "Barbell Curl" },
  { file: "jumping-jack", id: "37b873a4-4601-580f-bfd9-2f88733ef693", name: "Jumping Jack" },
  { file: "side-lateral-raise", id: "c3a6a7c6-1f8c-57d0-9977-403d4ec034e2", name: "Side Lateral Raise" },
  { file: "sit-up", id: "5e043611-c6f1-59eb-bb00-fc3a655522ac", name: "Sit-Up" },
];

/** Load a recording. Throws ApiError. */
export async function loadRecording(name: string, speed: number): Promise<Replay> {
  const response = await fetch(URLS[`./recordings/${name}.json`] ?? "").catch(() => {
    throw ApiError.offline();
  });
  const file = (await response.json()) as RecordingFile;
  return new Replay(readSamples(file), readFrame(file), speed);
}
