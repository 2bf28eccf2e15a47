import "fake-indexeddb/auto";
import { v7 } from "uuid";
import { beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../api/database";
import type { Sample } from "./protocol";
import { deleteSamples, UnsavedSamples } from "./unsaved";

const sampleAt = (timeMs: number): Sample => ({ timeMs, joints: { nose: { x: 0.5, y: 0.1, visibility: 1 } } });

async function add(samples: UnsavedSamples, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) samples.add(sampleAt(samples.nextSeq * 100));
  await samples.keep();
}

async function restore(setId: string): Promise<UnsavedSamples | null> {
  const samples = new UnsavedSamples(setId);
  return (await samples.restore()) ? samples : null;
}

describe("UnsavedSamples", () => {
  beforeEach(async () => (await openDatabase()).clear("samples"));

  test("come back after a reload, with their numbers", async () => {
    const setId = v7();
    const samples = new UnsavedSamples(setId);
    await add(samples, 3);
    await add(samples, 2);
    await samples.keep();

    const restored = await restore(setId);

    expect([restored?.firstSeq, restored?.nextSeq]).toEqual([0, 5]);
    expect(restored?.slice(2, 10).map(({ timeMs }) => timeMs)).toEqual([200, 300, 400]);
    expect(await restore(v7())).toBeNull();
  });

  test("that the server has stored are forgotten, and the next number is not", async () => {
    const setId = v7();
    const samples = new UnsavedSamples(setId);
    for (const count of [3, 3, 2]) await add(samples, count);
    await samples.forgetBefore(4);
    expect([samples.firstSeq, samples.slice(4, 1)[0]?.timeMs]).toEqual([4, 400]);
    // The chunk with the sample 4 begins with 3.
    expect((await restore(setId))?.firstSeq).toBe(3);

    await samples.forgetBefore(8);

    expect([samples.firstSeq, samples.nextSeq, samples.firstTimeMs]).toEqual([8, 8, undefined]);
    expect((await restore(setId))?.nextSeq).toBe(8);
    await add(samples, 1);
    expect((await restore(setId))?.nextSeq).toBe(9);
  });

  test("go on after a number that only the server knew", async () => {
    const setId = v7();
    const samples = new UnsavedSamples(setId);
    await add(samples, 2);
    await samples.forgetBefore(5);
    // The server has three samples more than were kept, and a recording sends the same ones again.
    await add(samples, 5);
    expect([samples.firstSeq, samples.nextSeq, (await restore(setId))?.nextSeq]).toEqual([5, 7, 7]);
  });

  test("are deleted with their set, and those of yesterday too", async () => {
    const [now, other] = [v7(), v7()];
    const yesterday = v7({ msecs: Date.now() - 25 * 3_600_000 });
    for (const setId of [now, other, yesterday]) await add(new UnsavedSamples(setId), 1);

    await deleteSamples(now);

    expect([await restore(now), await restore(yesterday)]).toEqual([null, null]);
    expect((await restore(other))?.nextSeq).toBe(1);
  });
});
