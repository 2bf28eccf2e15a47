/** The camera of the device, with the pose detection of `pose.worker.ts` on its pictures. */

import type { PoseReply, PoseRequest } from "./pose.worker";
import { JOINTS, type Sample } from "./protocol";
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
  #onReply: ((reply: PoseReply) => void) | null = null;
  readonly ready: Promise<void>;

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#worker.addEventListener("error", () => reject(new CameraError("model")));
      this.#worker.addEventListener("message", ({ data }: MessageEvent<PoseReply>) => {
        if (data.type === "ready") resolve();
        else if (data.type === "failed") reject(new CameraError("model"));
        else this.#onReply?.(data);
      });
    });
  }

  detect(image: ImageBitmap): Promise<Float32Array> {
    return new Promise((resolve) => {
      this.#onReply = (reply) => {
        if (reply.type === "pose") resolve(reply.points);
      };
      this.#worker.postMessage({ image } satisfies PoseRequest, [image]);
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}

class Camera implements PoseSource {
  #isStopped = false;
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

  start(_nextSeq: number, onSample: (sample: Sample) => void): void {
    const step = async (): Promise<void> => {
      if (this.#isStopped) return;
      const begin = performance.now();
      const timeMs = Date.now() - this.startedAt;
      if (!document.hidden && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        const points = await this.detector.detect(await createImageBitmap(this.video));
        if (!this.#isStopped) onSample(readPose(timeMs, points));
      }
      this.#timer = setTimeout(() => void step(), Math.max(0, LEAST_INTERVAL_MS - (performance.now() - begin)));
    };
    void step();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.detector.close();
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}

/** Return a sample from three numbers for each joint: x, y and how sure the detection is. */
function readPose(timeMs: number, points: Float32Array): Sample {
  const entries = JOINTS.map((joint, index) => {
    const [x = 0, y = 0, visibility = 0] = points.subarray(index * 3, index * 3 + 3);
    return [joint, { x, y, visibility }] as const;
  });
  return { timeMs, joints: Object.fromEntries(entries) };
}
