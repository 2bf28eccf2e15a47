/** The camera of the device, with the pose detection of `pose.worker.ts` on its pictures. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { listCameraIds, looksAtPerson, openChosenCamera, openOtherCamera, stopStream } from "./cameras";
import { type Crop, chooseCrop, readJoints, SIZE, wholePicture } from "./movenet";
import type { PoseReply, PoseRequest } from "./pose.worker";
import type { Sample } from "./protocol";
import type { Frame, PoseSource } from "./source";

export type CameraProblem = "denied" | "missing" | "busy" | "insecure" | "unsupported" | "model";

export class CameraError extends Error {
  constructor(readonly problem: CameraProblem) {
    super(problem);
    this.name = "CameraError";
  }
}

const PROBLEMS: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};
// More pictures a second do not make the count better, and drain the battery.
const LEAST_INTERVAL_MS = 60;

/** Open the camera and load the detection. Throws CameraError. */
export async function openCamera(startedAt: number): Promise<PoseSource> {
  if (!isSecureContext) throw new CameraError("insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("missing");
  if (!("WebAssembly" in globalThis && "OffscreenCanvas" in globalThis)) throw new CameraError("unsupported");
  const stream = await openChosenCamera().catch((error: unknown) => {
    throw new CameraError(PROBLEMS[(error as DOMException).name] ?? "missing");
  });
  const detector = new Detector();
  try {
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    await detector.ready;
    const hasOther = (await listCameraIds()).length > 1;
    return new Camera(startedAt, stream, video, detector, hasOther);
  } catch (error) {
    detector.close();
    stopStream(stream);
    throw error;
  }
}

/** The worker, which works on one picture at a time. */
class Detector {
  readonly #worker = new Worker(new URL("./pose.worker.ts", import.meta.url), { type: "module" });
  readonly ready = this.#receive("ready");

  async detect(image: ImageBitmap): Promise<Float32Array> {
    const reply = this.#receive("pose");
    this.#worker.postMessage({ image } satisfies PoseRequest, [image]);
    return (await reply).keypoints;
  }

  close(): void {
    this.#worker.terminate();
  }

  /** Return the next reply. Throws CameraError if it is another one. */
  #receive<Type extends PoseReply["type"]>(type: Type): Promise<Extract<PoseReply, { type: Type }>> {
    return new Promise((resolve, reject) => {
      this.#worker.onerror = () => reject(new CameraError("model"));
      this.#worker.onmessage = ({ data }: MessageEvent<PoseReply>) => {
        if (data.type === type) resolve(data as Extract<PoseReply, { type: Type }>);
        else reject(new CameraError("model"));
      };
    });
  }
}

class Camera implements PoseSource {
  readonly #isMirrored = signal(true);
  readonly isMirrored: ReadonlySignal<boolean> = this.#isMirrored;
  readonly switchCamera: PoseSource["switchCamera"];
  #stream: MediaStream;
  #isStopped = false;
  #crop: Crop | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onEnd: () => void = () => undefined;

  constructor(
    private readonly startedAt: number,
    stream: MediaStream,
    readonly video: HTMLVideoElement,
    private readonly detector: Detector,
    hasOther: boolean,
  ) {
    this.#stream = stream;
    this.#isMirrored.value = looksAtPerson(stream);
    this.switchCamera = hasOther ? () => this.#switch() : null;
  }

  readonly frame = (): Frame => ({
    left: 0,
    top: 0,
    width: this.video.videoWidth / (this.video.videoHeight || 1),
    height: 1,
  });

  start(_nextSeq: number, onSample: (sample: Sample) => void, onEnd: () => void): void {
    this.#onEnd = onEnd;
    this.#watch(this.#stream);
    const step = async (): Promise<void> => {
      if (this.#isStopped) return;
      const begin = performance.now();
      const timeMs = Date.now() - this.startedAt;
      if (!document.hidden && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        const joints = await this.#look();
        if (!this.#isStopped) onSample({ timeMs, joints });
      }
      this.#timer = setTimeout(() => step().catch(onEnd), Math.max(0, LEAST_INTERVAL_MS - (performance.now() - begin)));
    };
    step().catch(onEnd);
  }

  /** Notice when the camera is pulled out, or its permission is taken back. */
  #watch(stream: MediaStream): void {
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#onEnd());
  }

  /** Go on with another camera, in the same video. If not even the former one opens again, the set ends. */
  async #switch(): Promise<boolean> {
    try {
      const former = this.#stream;
      const stream = await openOtherCamera(former);
      if (this.#isStopped) {
        stopStream(stream);
        return true;
      }
      this.#stream = stream;
      this.#crop = null;
      this.#isMirrored.value = looksAtPerson(stream);
      this.#watch(stream);
      this.video.srcObject = stream;
      await this.video.play();
      return stream.getVideoTracks()[0]?.label !== former.getVideoTracks()[0]?.label;
    } catch {
      this.#onEnd();
      return false;
    }
  }

  /** Look at the picture of this moment: only the square in which the person was, so that a picture is small. */
  async #look(): Promise<Sample["joints"]> {
    const { videoWidth: width, videoHeight: height } = this.video;
    const stream = this.#stream;
    const { left, top, size } = this.#crop ?? wholePicture(width, height);
    const image = await createImageBitmap(this.video, left, top, size, size, { resizeWidth: SIZE, resizeHeight: SIZE });
    const keypoints = await this.detector.detect(image);
    // Another camera sees the person elsewhere.
    if (stream === this.#stream) this.#crop = chooseCrop(keypoints, { left, top, size }, width, height);
    return readJoints(keypoints, { left, top, size }, height);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.detector.close();
    stopStream(this.#stream);
    this.video.srcObject = null;
  }
}
