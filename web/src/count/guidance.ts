/** What to tell the person while the set is counted: one short sentence, the most urgent one. */

import type { Joint } from "./joints";
import type { Connection, Tracking } from "./live";
import type { Sample } from "./protocol";
import type { Rules } from "./rules";

export type Guidance = {
  readonly tone: "good" | "help" | "trouble";
  readonly text: string;
  /** Whether it is worth saying aloud: it asks for something. */
  readonly spoken: boolean;
};

export type Seen = {
  readonly connection: Connection;
  readonly tracking: Tracking | null;
  readonly sample: Sample | null;
  readonly rules: Rules;
  readonly hasReps: boolean;
  readonly isHidden: boolean;
};

const LEAST_VISIBILITY = 0.3;
const NEEDED: readonly (readonly [Joint, Joint])[] = [
  ["left_shoulder", "right_shoulder"],
  ["left_hip", "right_hip"],
  ["left_knee", "right_knee"],
];
// From the front, shoulders are about 0.75 torso lengths apart; from the side, they hide each other.
const FRONTAL_SHOULDERS = 0.6;

export function guide(seen: Seen): Guidance {
  const { sample, tracking } = seen;
  if (seen.isHidden) return ask("trouble", "Come back to this tab: the camera rests while it is hidden.");
  if (seen.connection === "lost") {
    return ask("trouble", "No connection. Keep going: your reps are counted later.");
  }
  if (seen.connection === "connecting") return inform("help", "Connecting…");
  if (sample === null) return inform("help", "Looking for you…");
  if (isEmpty(sample)) return ask("help", "Nobody in the picture. Step into view of the camera.");
  if (!isWhole(sample)) return ask("help", "Step back until the camera sees your whole body.");
  if (tracking?.state === "lost") return ask("help", tracking.hint ?? "Step back.");
  if (tracking?.state === "out_of_position") return ask("help", `Not in position. ${tracking.hint ?? ""}`.trim());
  if (seen.hasReps) return inform("good", "In position.");
  if (seen.rules.camera === "side" && isFrontal(sample)) return ask("help", "Turn sideways to the camera.");
  if (tracking === null) return inform("help", "Looking for you…");
  return ask("good", "In position. Begin when you are ready.");
}

function ask(tone: Guidance["tone"], text: string): Guidance {
  return { tone, text, spoken: true };
}

function inform(tone: Guidance["tone"], text: string): Guidance {
  return { tone, text, spoken: false };
}

function isSeen(sample: Sample, joint: Joint): boolean {
  return (sample.joints[joint]?.visibility ?? 0) >= LEAST_VISIBILITY;
}

export function isEmpty(sample: Sample): boolean {
  return !Object.values(sample.joints).some((point) => point.visibility >= LEAST_VISIBILITY);
}

function isWhole(sample: Sample): boolean {
  return NEEDED.every(([left, right]) => isSeen(sample, left) || isSeen(sample, right));
}

/** Whether the person looks at the camera: the shoulders are far apart, for the length of the torso. */
function isFrontal({ joints }: Sample): boolean {
  const { left_shoulder: left, right_shoulder: right, left_hip: leftHip, right_hip: rightHip } = joints;
  if (!left || !right || !leftHip || !rightHip) return false;
  const width = Math.hypot(left.x - right.x, left.y - right.y);
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const torso = Math.hypot(middle.x - (leftHip.x + rightHip.x) / 2, middle.y - (leftHip.y + rightHip.y) / 2);
  return torso > 0 && width / torso > FRONTAL_SHOULDERS;
}

/** Return where to put the camera. */
export function describePlace(rules: Rules): string {
  const where = {
    side: "Stand sideways to it.",
    front: "Face it.",
    any: "Any direction is fine.",
  }[rules.camera];
  return `Put the device 2 to 3 metres away, so that the camera sees your whole body. ${where}`;
}
