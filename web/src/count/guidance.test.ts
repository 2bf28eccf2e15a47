import { describe, expect, test } from "vitest";
import { guide, type Seen } from "./guidance";
import { JOINTS } from "./joints";
import type { Sample } from "./protocol";
import { ANYTHING } from "./rules";

/** A person whose shoulders are `width` torso lengths apart. Joints in `hidden` are not seen. */
function person(width: number, hidden: readonly string[] = []): Sample {
  const heights = { nose: 0.1, shoulder: 0.2, elbow: 0.3, wrist: 0.4, hip: 0.4, knee: 0.6, ankle: 0.8 };
  const entries = JOINTS.map((joint) => {
    const part = joint.replace(/^(left|right)_/, "") as keyof typeof heights;
    const x = 0.5 + (joint.startsWith("left") ? 0.1 : -0.1) * width;
    return [joint, { x, y: heights[part], visibility: hidden.includes(joint) ? 0.1 : 0.9 }] as const;
  });
  return { timeMs: 0, joints: Object.fromEntries(entries) };
}

const SEEN: Seen = {
  connection: "open",
  tracking: { state: "in_position", hint: null },
  sample: person(0.2),
  rules: ANYTHING,
  hasReps: false,
  isHidden: false,
};
const hint = "Stand up.";

describe("guide", () => {
  test.each<[string, Partial<Seen>, RegExp]>([
    ["in position", {}, /Begin when you are ready/],
    ["counting", { hasReps: true }, /^In position\.$/],
    ["out of position", { tracking: { state: "out_of_position", hint } }, /^Not in position\. Stand up\.$/],
    ["nobody", { sample: person(0.2, JOINTS) }, /Nobody in the picture/],
    [
      "legs out of the picture",
      {
        sample: person(
          0.2,
          JOINTS.filter((joint) => /knee|ankle/.test(joint)),
        ),
      },
      /Step back/,
    ],
    [
      "one side hidden",
      {
        sample: person(
          0.2,
          JOINTS.filter((joint) => joint.startsWith("left")),
        ),
      },
      /Begin/,
    ],
    ["from the front", { sample: person(0.8), rules: { camera: "side", kind: "rep" } }, /Turn sideways/],
    ["from the front, where that is fine", { sample: person(0.8) }, /Begin/],
    ["connection lost", { connection: "lost", sample: person(0.2, JOINTS) }, /No connection/],
    ["hidden tab", { isHidden: true, connection: "lost" }, /Come back to this tab/],
  ])("%s", (_name, change, expected) => {
    expect(guide({ ...SEEN, ...change }).text).toMatch(expected);
  });
});
