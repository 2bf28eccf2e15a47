/** The camera of the device, with the pose detection of `pose.worker.ts` on its pictures. */

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
const IDEAL = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };

/** Open the camera and load the detection. Throws CameraError. */
export async function openCamera(startedAt: number): Promise<PoseSource> {
  if (!isSecureContext) throw new CameraError("insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("missing");
  if (!("WebAssembly" in globalThis && "OffscreenCanvas" in globalThis)) throw new CameraError("unsupported");
  const stream = await navigator.mediaDevices.getUserMedia({ video: IDEAL, audio: false }).catch((error: unknown) => {
    throw new CameraError(PROBLEMS[(error as DOMException).name] ?? "missing");
  });
  const detector = new Detector();
  try {
    const video = await play(stream);
    await detector.ready;
    return new Camera(startedAt, stream, video, detector);
  } catch (error) {
    detector.close();
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
}

async function play(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  return video;
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
  #isStopped = false;
  #crop: Crop | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly startedAt: number,
    private readonly stream: MediaStream,
    readonly video: HTMLVideoElement,
    private readonly detector: Detector,
  ) {}

  readonly frame = (): Frame => ({
    left: 0,
    top: 0,
    width: this.video.videoWidth / (this.video.videoHeight || 1),
    height: 1,
  });

  start(_nextSeq: number, onSample: (sample: Sample) => void, onEnd: () => void): void {
    // The camera was pulled out, or its permission was taken back.
    for (const track of this.stream.getTracks()) track.addEventListener("ended", onEnd);
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

  /** Look at the picture of this moment: only the square in which the person was, so that a picture is small. */
  async #look(): Promise<Sample["joints"]> {
    const { videoWidth: width, videoHeight: height } = this.video;
    const { left, top, size } = this.#crop ?? wholePicture(width, height);
    const image = await createImageBitmap(this.video, left, top, size, size, { resizeWidth: SIZE, resizeHeight: SIZE });
    const keypoints = await this.detector.detect(image);
    this.#crop = chooseCrop(keypoints, { left, top, size }, width, height);
    return readJoints(keypoints, { left, top, size }, height);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.detector.close();
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}
