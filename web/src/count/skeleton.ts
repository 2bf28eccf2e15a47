/** Draws the person that was seen: limbs as thick lines, a head, and the joints. */
import type { Joint } from "./joints";
import type { Point, Sample } from "./protocol";
import type { Frame } from "./source";

type Bone = readonly [Joint, Joint];

const BONES: readonly Bone[] = [
  ["left_shoulder", "right_shoulder"],
  ["left_hip", "right_hip"],
  ["left_shoulder", "left_hip"],
  ["right_shoulder", "right_hip"],
  ["left_shoulder", "left_elbow"],
  ["left_elbow", "left_wrist"],
  ["right_shoulder", "right_elbow"],
  ["right_elbow", "right_wrist"],
  ["left_hip", "left_knee"],
  ["left_knee", "left_ankle"],
  ["right_hip", "right_knee"],
  ["right_knee", "right_ankle"],
];
const LEAST_VISIBILITY = 0.3;

/** Draw a sample into a canvas, which shows `frame` as large as it fits. */
export function drawSkeleton(canvas: HTMLCanvasElement, sample: Sample, frame: Frame): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.clearRect(0, 0, width, height);
  const scale = Math.min(width / frame.width, height / frame.height);
  const left = (width - frame.width * scale) / 2 - frame.left * scale;
  const top = (height - frame.height * scale) / 2 - frame.top * scale;
  const place = (point: Point): [number, number] => [left + point.x * scale, top + point.y * scale];
  const seen = (joint: Joint): Point | null => {
    const point = sample.joints[joint];
    return point && point.visibility >= LEAST_VISIBILITY ? point : null;
  };
  const unit = Math.max(2 * ratio, measureTorso(sample) * scale * 0.07);
  const style = getComputedStyle(canvas);
  context.lineCap = "round";
  context.strokeStyle = style.color;
  context.lineWidth = unit;
  for (const [from, to] of BONES) {
    const [start, end] = [seen(from), seen(to)];
    if (!start || !end) continue;
    context.beginPath();
    context.moveTo(...place(start));
    context.lineTo(...place(end));
    context.stroke();
  }
  const nose = seen("nose");
  if (nose) {
    context.beginPath();
    context.arc(...place(nose), unit * 2.2, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = style.outlineColor;
  for (const joint of Object.keys(sample.joints) as Joint[]) {
    const point = seen(joint);
    if (!point || joint === "nose") continue;
    context.beginPath();
    context.arc(...place(point), unit * 0.8, 0, 2 * Math.PI);
    context.fill();
  }
}

function measureTorso({ joints }: Sample): number {
  const lengths = (["left", "right"] as const).map((side) => {
    const [shoulder, hip] = [joints[`${side}_shoulder`], joints[`${side}_hip`]];
    return shoulder && hip ? Math.hypot(shoulder.x - hip.x, shoulder.y - hip.y) : 0;
  });
  return Math.max(...lengths);
}
