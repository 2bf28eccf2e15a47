import { describe, expect, it } from "vitest";
import { describeChange, firstDay, localToday, PERIODS } from "./points";

describe("firstDay", () => {
  it("includes today", () => {
    const [weeks, , , all] = PERIODS;
    expect(weeks && firstDay(weeks, "2026-03-01")).toBe("2026-02-02");
    expect(all && firstDay(all, "2026-03-01")).toBeNull();
  });
});

describe("localToday", () => {
  it("is the day of the person's zone", () => {
    const now = new Date("2026-11-27T22:30:00Z");
    expect(localToday("Europe/Berlin", now)).toBe("2026-11-27");
    expect(localToday("Asia/Tokyo", now)).toBe("2026-11-28");
  });
});

describe("describeChange", () => {
  it.each([
    [12, 10, "20 % more than before"],
    [8, 10, "20 % less than before"],
    [10, 10, "as before"],
    [3, 0, "nothing before"],
    [0, 0, undefined],
    [5, undefined, undefined],
  ])("says %s after %s as %s", (now, before, text) => {
    expect(describeChange(now, before)).toBe(text);
  });
});
