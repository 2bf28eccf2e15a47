/** What goes into MoveNet and what comes out of it: a square of the picture, and 17 keypoints within it. */

import { JOINTS, KEYPOINT_OF } from "./joints";
import type { Sample } from "./protocol";

/** A square of the picture, in pixels. It may reach beyond the picture. */
export type Crop = { readonly left: number; readonly top: number; readonly size: number };

/** The side of the square that MoveNet looks at, in pixels. */
export const SIZE = 192;

const KEYPOINTS = 17;
const LEAST_SCORE = 0.2;
// Room for the next movement.
const MARGIN = 1.3;
const TORSO_REACH = 1.9;
// In pixels. Nobody is so small.
const LEAST_HALF = 16;

/** Return the smallest square that contains the whole picture. */
export function wholePicture(width: number, height: number): Crop {
  const size = Math.max(width, height);
  return { left: (width - size) / 2, top: (height - size) / 2, size };
}

/**
 * Return the square to look at in the next picture, as the authors of MoveNet propose: around the torso, wide enough for
 * all keypoints. Null for the whole picture, if the torso was not seen.
 */
export function chooseCrop(keypoints: ArrayLike<number>, crop: Crop, width: number, height: number): Crop | null {
  const at = (index: number) => ({
    y: crop.top + (keypoints[index * 3] ?? 0) * crop.size,
    x: crop.left + (keypoints[index * 3 + 1] ?? 0) * crop.size,
    score: keypoints[index * 3 + 2] ?? 0,
  });
  const [shoulders, hips] = [
    [at(KEYPOINT_OF.left_shoulder), at(KEYPOINT_OF.right_shoulder)],
    [at(KEYPOINT_OF.left_hip), at(KEYPOINT_OF.right_hip)],
  ] as const;
  if (![shoulders, hips].every((pair) => pair.some(({ score }) => score >= LEAST_SCORE))) return null;
  const middle = { x: (hips[0].x + hips[1].x) / 2, y: (hips[0].y + hips[1].y) / 2 };
  const reach = (points: readonly { x: number; y: number }[]): number =>
    Math.max(...points.map(({ x, y }) => Math.max(Math.abs(x - middle.x), Math.abs(y - middle.y))));
  const body = Array.from({ length: KEYPOINTS }, (_, index) => at(index)).filter(({ score }) => score >= LEAST_SCORE);
  const whole = wholePicture(width, height);
  const half = Math.max(reach([...shoulders, ...hips]) * TORSO_REACH, reach(body) * MARGIN);
  if (half < LEAST_HALF || half * 2 >= whole.size) return null;
  return { left: middle.x - half, top: middle.y - half, size: half * 2 };
}

/** Return the joints of the API, in heights of the picture. */
export function readJoints(keypoints: ArrayLike<number>, crop: Crop, height: number): Sample["joints"] {
  const entries = JOINTS.map((joint) => {
    const at = KEYPOINT_OF[joint] * 3;
    const x = (crop.left + (keypoints[at + 1] ?? 0) * crop.size) / height;
    const y = (crop.top + (keypoints[at] ?? 0) * crop.size) / height;
    return [joint, { x, y, visibility: keypoints[at + 2] ?? 0 }] as const;
  });
  return Object.fromEntries(entries);
}
