/** The messages of `WS /api/v1/counting/live`, as docs/asyncapi.json describes them. */
import type { Schemas } from "../api/client";
import type { Problem } from "../api/problems";
import { JOINTS, type Joint } from "./joints";

export const SUBPROTOCOL = "exercise-buddy.live.v1";

/** A joint in heights of the image, from its upper left corner. */
export type Point = { readonly x: number; readonly y: number; readonly visibility: number };

/** What was seen at a time. A joint that is missing was not seen. */
export type Sample = { readonly timeMs: number; readonly joints: Partial<Record<Joint, Point>> };

export type TrackingState = "in_position" | "out_of_position" | "lost";

/** The end of a set, as far as this client reads it. */
export type Counted = {
  readonly count: number;
  readonly confidence: number;
  readonly evidence: Schemas["EvidenceInput"];
  readonly holds: readonly { readonly duration_ms: number }[];
  readonly judgements: readonly { readonly text: string }[];
};

export type ServerMessage =
  | { readonly type: "ready" | "saved"; readonly next_seq: number }
  | { readonly type: "rep"; readonly number: number; readonly count: number }
  | { readonly type: "hold"; readonly duration_ms: number }
  | { readonly type: "tracking"; readonly state: TrackingState; readonly hint: string | null }
  | ({ readonly type: "counted" } & Counted)
  | { readonly type: "problem"; readonly problem: Problem }
  | { readonly type: "pong" };

/** Return a message of samples, numbered from `seq`. */
export function writeSamples(seq: number, samples: readonly Sample[]): string {
  const rows = (joint: Joint, read: (point: Point) => number): (number | null)[] =>
    samples.map(({ joints }) => {
      const point = joints[joint];
      return point === undefined ? null : Math.round(read(point) * 10_000) / 10_000;
    });
  const landmarks = Object.fromEntries(
    JOINTS.map((joint) => [
      joint,
      {
        x: rows(joint, (point) => point.x),
        y: rows(joint, (point) => point.y),
        visibility: rows(joint, (point) => point.visibility),
      },
    ]),
  );
  return JSON.stringify({ type: "samples", seq, times_ms: samples.map(({ timeMs }) => timeMs), landmarks });
}
