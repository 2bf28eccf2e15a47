import { expect, test, vi } from "vitest";
import { JOINTS } from "./joints";
import { type RecordingFile, Replay, readFrame, readSamples } from "./recording";

const FILE: RecordingFile = {
  exercise: { id: "1", name: "Squat" },
  reps: 1,
  hz: 10,
  scale: 100,
  box: [20, 10, 60, 90],
  joints: Object.fromEntries(
    JOINTS.map((joint) => [
      joint,
      [
        [50, 1, -2],
        [40, 0, 5],
      ],
    ]),
  ),
  visibility: Object.fromEntries(JOINTS.map((joint) => [joint, 0.9])),
};

test("a file has the first position and the changes of each joint", () => {
  const samples = readSamples(FILE);
  expect(samples.map(({ timeMs }) => timeMs)).toEqual([0, 100, 200]);
  expect(samples[2]?.joints.left_hip).toEqual({ x: 0.49, y: 0.45, visibility: 0.9 });
  expect(Object.keys(samples[0]?.joints ?? {})).toHaveLength(13);
});

test("the frame has a margin around the person", () => {
  const frame = readFrame(FILE);
  expect(frame.left).toBeLessThan(0.2);
  expect(frame.top + frame.height).toBeGreaterThan(0.9);
});

test("a replay begins where the server needs it and ends once", () => {
  vi.useFakeTimers();
  try {
    const seen: number[] = [];
    const onEnd = vi.fn();
    new Replay(readSamples(FILE), readFrame(FILE)).start(1, ({ timeMs }) => seen.push(timeMs), onEnd);
    vi.advanceTimersByTime(40);
    expect(seen).toEqual([100]);
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([100, 200]);
    expect(onEnd).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});
