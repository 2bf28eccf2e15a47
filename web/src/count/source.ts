/** Where poses come from: a camera, or a recording. */
import type { ReadonlySignal } from "@preact/signals";
import type { Sample } from "./protocol";

/** The part of the picture to show, in heights of the image. */
export type Frame = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

export type PoseSource = {
  /** The video behind the skeleton. A recording has none. */
  readonly video: HTMLVideoElement | null;
  /** Whether the picture is shown as in a mirror. */
  readonly isMirrored: ReadonlySignal<boolean>;
  /** Go on with another camera; the result is whether one has opened. Null if the device has no other one. */
  readonly switchCamera: (() => Promise<boolean>) | null;
  /** What a picture shows. It may change when a phone is turned. */
  readonly frame: () => Frame;
  /**
   * Begin to see. The first sample has the given number; its time follows those before. Throws CameraError.
   *
   * `onEnd` is called once, when a recording is over.
   */
  readonly start: (nextSeq: number, onSample: (sample: Sample) => void, onEnd: () => void) => void;
  readonly stop: () => void;
};
