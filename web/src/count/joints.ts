/** The joints that the server counts with, and where MoveNet has them among the keypoints of COCO. */
import type { Schemas } from "../api/client";

/** A joint by its name in the API. */
export type Joint = keyof Schemas["LandmarksInput"];

/** The keypoint of each joint: the compiler compares the names with the API. COCO also has eyes and ears. */
export const KEYPOINT_OF: Readonly<Record<Joint, number>> = {
  nose: 0,
  left_shoulder: 5,
  right_shoulder: 6,
  left_elbow: 7,
  right_elbow: 8,
  left_wrist: 9,
  right_wrist: 10,
  left_hip: 11,
  right_hip: 12,
  left_knee: 13,
  right_knee: 14,
  left_ankle: 15,
  right_ankle: 16,
};

export const JOINTS = Object.keys(KEYPOINT_OF) as readonly Joint[];
