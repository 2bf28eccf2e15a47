import { afterEach, describe, expect, it } from "vitest";
import { type Profile, profile } from "../api/profile";
import { chooseBucket, describeChange, firstDay, PERIODS } from "./points";

afterEach(() => {
  profile.value = null;
});

describe("firstDay", () => {
  // 1 March 2026 is a Sunday.
  it.each([
    ["4 weeks", 0, "2026-02-02"],
    ["3 months", 0, "2025-12-01"],
    ["3 months", 6, "2025-12-07"],
    ["1 year", 0, "2025-04-01"],
    ["All time", 0, null],
  ])("of %s with weeks from day %i is %s", (name, firstWeekday, first) => {
    const period = PERIODS.find((item) => item.name === name);
    expect(period && firstDay(period, "2026-03-01", firstWeekday)).toBe(first);
  });
});

describe("chooseBucket", () => {
  it.each([
    ["2026-11-20", "day"],
    ["2026-08-01", "week"],
    ["2025-01-01", "month"],
    ["2014-01-01", "year"],
  ])("from %s it is a %s", (from, bucket) => {
    expect(chooseBucket(from, "2026-11-27")).toBe(bucket);
  });
});

describe("describeChange", () => {
  it.each([
    [12, 10, "20% more than before"],
    [8, 10, "20% less than before"],
    [10, 10, "as before"],
    [3, 0, "nothing before"],
    [0, 0, undefined],
    [5, undefined, undefined],
  ])("says %s after %s as %s", (now, before, text) => {
    profile.value = { locale: "en" } as Profile;
    expect(describeChange(now, before)).toBe(text);
  });
});
