/** What goes into MoveNet and what comes out of it: a square of the picture, and 17 keypoints within it. */

/** A square of the picture, in pixels. It may reach beyond the picture. */
export type Crop = { readonly left: number; readonly top: number; readonly size: number };

const KEYPOINTS = 17;
// The joints of the API among the keypoints of COCO: the nose, then both sides from shoulders to ankles.
const INDEX = [0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const TORSO = [5, 6, 11, 12];
const LEAST_SCORE = 0.2;
// Room for the next movement.
const MARGIN = 1.3;
const TORSO_REACH = 1.9;

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
  const torso = TORSO.map(at);
  const isSeen = (one: number, other: number): boolean =>
    at(one).score >= LEAST_SCORE || at(other).score >= LEAST_SCORE;
  if (!isSeen(5, 6) || !isSeen(11, 12)) return null;
  const middle = {
    x: (at(11).x + at(12).x) / 2,
    y: (at(11).y + at(12).y) / 2,
  };
  const reach = (points: readonly { x: number; y: number }[]): number =>
    Math.max(...points.map(({ x, y }) => Math.max(Math.abs(x - middle.x), Math.abs(y - middle.y))));
  const body = Array.from({ length: KEYPOINTS }, (_, index) => at(index)).filter(({ score }) => score >= LEAST_SCORE);
  const whole = wholePicture(width, height);
  const half = Math.max(reach(torso) * TORSO_REACH, reach(body) * MARGIN);
  if (half * 2 >= whole.size) return null;
  return { left: middle.x - half, top: middle.y - half, size: half * 2 };
}

/** Return x, y (in heights of the picture) and score of each joint of the API. */
export function readJoints(keypoints: ArrayLike<number>, crop: Crop, height: number): Float32Array {
  const points = new Float32Array(INDEX.length * 3);
  for (const [place, index] of INDEX.entries()) {
    points[place * 3] = (crop.left + (keypoints[index * 3 + 1] ?? 0) * crop.size) / height;
    points[place * 3 + 1] = (crop.top + (keypoints[index * 3] ?? 0) * crop.size) / height;
    points[place * 3 + 2] = keypoints[index * 3 + 2] ?? 0;
  }
  return points;
}
