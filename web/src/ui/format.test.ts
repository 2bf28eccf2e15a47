import { afterEach, describe, expect, it } from "vitest";
import { type Profile, profile } from "../api/profile";
import {
  formatDay,
  formatDuration,
  formatInput,
  formatPercent,
  formatRelativeDay,
  formatTime,
  formatWeight,
  localDate,
} from "./format";

const GERMAN = { locale: "de-DE", time_zone: "Pacific/Auckland", unit_system: "imperial" } as Profile;
const NOW = new Date("2026-11-27T12:00:00Z");

afterEach(() => {
  profile.value = null;
});

describe("numbers", () => {
  it("follow the language and the unit", () => {
    profile.value = GERMAN;
    expect(formatWeight(1000)).toBe("2.204,6 lb");
    expect(formatInput(1022.5)).toBe("1022,5");
    expect(formatPercent(0.2)).toBe("20\u00a0%");
    profile.value = { ...GERMAN, locale: "tr" };
    expect(formatPercent(0.2)).toBe("%20");
    profile.value = { ...GERMAN, unit_system: "metric" };
    expect(formatWeight(61.25)).toBe("61,25 kg");
    profile.value = { ...GERMAN, locale: "ar-EG" };
    expect(formatInput(22.5)).toMatch(/^22.5$/);
  });
});

describe("settings that this browser does not know", () => {
  it("are those of the browser", () => {
    profile.value = { ...GERMAN, locale: "aa-12", time_zone: "Mars/Olympus" };
    expect(formatWeight(1000)).toMatch(/^2.?204.6 lb$/);
    expect(formatDay("2026-11-15T12:00:00Z", NOW)).toContain("15");
    expect(localDate(NOW)).toMatch(/^2026-11-2[78]$/);
  });
});

describe("formatTime", () => {
  it("is written as the language does, at every hour", () => {
    profile.value = GERMAN;
    expect(formatTime("2026-11-28T11:05:00Z")).toBe("00:05");
    expect(formatTime("2026-11-28T02:05:00Z")).toBe("15:05");
    profile.value = { ...GERMAN, locale: "en-US" };
    expect(formatTime("2026-11-28T11:05:00Z")).toMatch(/^12:05\sAM$/);
  });
});

describe("formatDuration", () => {
  it.each([
    [45, "45 s"],
    [750, "12:30 min"],
    [3900, "1 h 05 min"],
    [700_200, "194 h"],
  ])("says %i seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("days", () => {
  it("are those of the person's zone", () => {
    profile.value = GERMAN;
    expect(localDate(NOW)).toBe("2026-11-28");
    expect(formatRelativeDay("2026-11-26T12:00:00Z", NOW)).toBe("yesterday");
    expect(formatRelativeDay("2026-11-26T10:30:00Z", NOW)).toBe("2 days ago");
  });

  it("have the year if it is another one", () => {
    profile.value = { ...GERMAN, locale: "en-US" };
    expect(formatDay("2026-11-15T12:00:00Z", NOW)).toBe("Mon, Nov 16");
    expect(formatDay("2025-11-15T12:00:00Z", NOW)).toBe("Sun, Nov 16, 2025");
  });
});
