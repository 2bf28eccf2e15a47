import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import {
  type Candidate,
  describeChoices,
  describeReport,
  describeResults,
  findTarget,
  listMerges,
  type Merge,
} from "./merging";

const PUSHUPS = { id: "pushups", name: "Pushups", similarity: 0.7 };
const DIPS = { id: "dips", name: "Dips", similarity: 0.5 };
const CANDIDATE: Candidate = {
  exercise_id: "mine",
  name: "Pushupps",
  sets: 12,
  workouts: 3,
  routines: 0,
  proposals: [DIPS, PUSHUPS],
  recommended_id: "pushups",
};
const MERGE: Merge = { exercise: { id: "mine", name: "Pushupps" }, into: PUSHUPS };

function result(values: Partial<Schemas["MergeResult"]>): Schemas["MergeResult"] {
  const moved = { sets: 0, workouts: 0, routines: 0, problem: null, code: null, detail: null, replaced_by: null };
  return { exercise_id: "mine", into_id: "pushups", outcome: "merged", ...moved, ...values };
}

describe("findTarget", () => {
  it("is the recommended exercise, the chosen one, or none", () => {
    expect(findTarget(CANDIDATE, {})).toBe(PUSHUPS);
    expect(findTarget({ ...CANDIDATE, recommended_id: null }, {})).toBeNull();
    expect(findTarget(CANDIDATE, { mine: DIPS, another: null })).toBe(DIPS);
    expect(findTarget(CANDIDATE, { mine: null })).toBeNull();
  });
});

describe("listMerges", () => {
  it("leaves out what is kept, and choices of exercises that are not listed anymore", () => {
    const others = ["kept", "open"].map((id) => ({ ...CANDIDATE, exercise_id: id, recommended_id: null }));
    const choices = { kept: null, gone: DIPS };
    expect(listMerges([...others, CANDIDATE], choices)).toEqual([{ exercise: MERGE.exercise, into: PUSHUPS }]);
  });
});

describe("describeResults", () => {
  it.each<[Partial<Schemas["MergeResult"]>, boolean, string]>([
    [{ sets: 12, routines: 1 }, true, "“Pushupps” is Pushups now, with 12 sets and 1 routine."],
    [{ sets: 1 }, true, "“Pushupps” is Pushups now, with 1 set."],
    [{}, true, "“Pushupps” is Pushups now."],
    [{ outcome: "unchanged" }, true, "“Pushupps” was merged into Pushups before."],
    [{ outcome: "conflict" }, false, "“Pushupps” is not merged: it was changed on another device."],
    [
      { outcome: "not_found", detail: "It was merged into the exercise 5a1aa702." },
      false,
      "“Pushupps” is not merged: it does not exist anymore. It may have been deleted or merged on another device.",
    ],
    [
      { outcome: "invalid", code: "unknown_exercise" },
      false,
      "“Pushupps” is not merged: Pushups does not exist anymore.",
    ],
    [{ outcome: "invalid", code: "same_exercise" }, false, "“Pushupps” is not merged: it would be merged into itself."],
    [{ outcome: "invalid", code: "new_code", detail: "It rains." }, false, "“Pushupps” is not merged: It rains."],
  ])("says %o (merged: %s) as %s", (values, isMerged, text) => {
    expect(describeResults([MERGE], [result(values)])).toEqual([{ isMerged, text }]);
  });

  it("names the exercise that the other one was merged into itself", () => {
    const chain: Merge[] = [
      { exercise: { id: "first", name: "Pushupps" }, into: { id: "second", name: "Push upps" } },
      { exercise: { id: "second", name: "Push upps" }, into: PUSHUPS },
    ];
    const results = chain.map(() => result({ replaced_by: "pushups" }));
    expect(describeResults(chain, results).map(({ text }) => text)).toEqual([
      "“Pushupps” is Pushups now.",
      "“Push upps” is Pushups now.",
    ]);
  });

  it("has only what the server has answered, if a later request failed", () => {
    expect(describeResults([MERGE, { ...MERGE, exercise: DIPS }], [result({})])).toHaveLength(1);
  });
});

describe("describeChoices", () => {
  it.each([
    [0, 3, "Nothing is chosen: all of them stay as they are."],
    [2, 3, "2 of 3 exercises chosen. The others stay as they are."],
    [1, 1, "1 of 1 exercise chosen."],
  ])("says %i of %i as %s", (chosen, all, text) => {
    expect(describeChoices(chosen, all)).toBe(text);
  });
});

describe("describeReport", () => {
  it.each([
    [[true], "1 exercise is merged"],
    [[true, false, true], "2 exercises are merged, 1 is not"],
    [[false, false], "0 exercises are merged, 2 are not"],
  ])("says %o as %s", (merged, title) => {
    const items = merged.map((isMerged) => ({ isMerged, text: "" }));
    expect(describeReport({ items, error: null })).toBe(title);
  });
});
