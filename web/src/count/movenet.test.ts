import { expect, test } from "vitest";
import { chooseCrop, readJoints, wholePicture } from "./movenet";

/** Seventeen keypoints at one place of the square, with a score. */
function keypoints(y: number, x: number, score: number): number[] {
  return Array.from({ length: 17 }, () => [y, x, score]).flat();
}

test("the whole picture is a square around it", () => {
  expect(wholePicture(640, 480)).toEqual({ left: 0, top: -80, size: 640 });
  expect(wholePicture(480, 640)).toEqual({ left: -80, top: 0, size: 640 });
});

test("keypoints of a square are places of the picture, in its heights", () => {
  const joints = readJoints(keypoints(0.5, 0.25, 0.75), { left: 0, top: -80, size: 640 }, 480);
  expect(joints.left_ankle).toEqual({ x: expect.closeTo(160 / 480), y: expect.closeTo(0.5), visibility: 0.75 });
  expect(Object.keys(joints)).toHaveLength(13);
});

test("the next square is around the person, or the whole picture without a person", () => {
  const whole = wholePicture(640, 480);
  const found = keypoints(0.5, 0.5, 0.9);
  // The left shoulder is 64 pixels above.
  found[5 * 3] = 0.4;
  const crop = chooseCrop(found, whole, 640, 480);
  expect(crop).not.toBeNull();
  expect((crop?.left ?? 0) + (crop?.size ?? 0) / 2).toBeCloseTo(320);
  expect(crop?.size).toBeCloseTo(2 * 64 * 1.9);
  expect(chooseCrop(keypoints(0.5, 0.5, 0.1), whole, 640, 480)).toBeNull();
});
