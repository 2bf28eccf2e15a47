import { describe, expect, it } from "vitest";
import { findMonth, toWeeks } from "./calendarGrid";

const DAYS = ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"].map((date) => ({ date }));

function datesOf(firstWeekday: number): readonly (readonly (string | null)[])[] {
  return toWeeks(DAYS, firstWeekday).map((week) => week.map((day) => day?.date.slice(5) ?? null));
}

describe("toWeeks", () => {
  it("begins a column with the person's week", () => {
    // 30 October 2026 is a Friday.
    expect(datesOf(0)).toEqual([
      [null, null, null, null, "10-30", "10-31", "11-01"],
      ["11-02", null, null, null, null, null, null],
    ]);
    expect(datesOf(6)).toEqual([
      [null, null, null, null, null, "10-30", "10-31"],
      ["11-01", "11-02", null, null, null, null, null],
    ]);
  });

  it("has nothing without days", () => {
    expect(toWeeks([], 0)).toEqual([]);
  });
});

describe("findMonth", () => {
  it("finds the month that begins in a week", () => {
    expect(toWeeks(DAYS, 6).map(findMonth)).toEqual([null, "2026-11-01"]);
  });
});
