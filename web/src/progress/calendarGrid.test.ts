import { describe, expect, it } from "vitest";
import { findMonths, placeDays } from "./calendarGrid";

const DAYS = ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"].map((date) => ({ date }));

describe("placeDays", () => {
  it("begins a column with the person's week", () => {
    // 30 October 2026 is a Friday.
    const monday = placeDays(DAYS, 0).map(({ column, row }) => [column, row]);
    const sunday = placeDays(DAYS, 6).map(({ column, row }) => [column, row]);

    expect(monday).toEqual([
      [0, 4],
      [0, 5],
      [0, 6],
      [1, 0],
    ]);
    expect(sunday).toEqual([
      [0, 5],
      [0, 6],
      [1, 0],
      [1, 1],
    ]);
  });

  it("has nothing without days", () => {
    expect(placeDays([], 0)).toEqual([]);
  });
});

describe("findMonths", () => {
  it("finds where a month begins", () => {
    expect(findMonths(placeDays(DAYS, 0))).toEqual([{ column: 0, date: "2026-11-01" }]);
  });
});
