import { afterEach, describe, expect, it } from "vitest";
import { type Profile, profile } from "../api/profile";
import { describeSet, findFields, parseNumber, readField, SETS, showField, WEIGHT } from "./sets";

const NOTHING = { reps: null, weight_kg: null, assistance_kg: null, duration_seconds: null, distance_meters: null };
const PERSON = { locale: "en-US", time_zone: "Europe/Berlin", unit_system: "metric" } as Profile;

afterEach(() => {
  profile.value = null;
});

describe("describeSet", () => {
  it.each([
    [{ reps: 8, weight_kg: 62.5 }, "62.5 kg × 8"],
    [{ reps: 1 }, "1 rep"],
    [{ reps: 12, assistance_kg: 20 }, "12 reps, 20 kg assistance"],
    [{ duration_seconds: 90 }, "1:30 min"],
    [{ distance_meters: 5000, duration_seconds: 1500 }, "5 km, 25 min"],
    [{}, "empty set"],
  ])("says %o as %s", (values, text) => {
    profile.value = PERSON;
    expect(describeSet({ ...NOTHING, ...values })).toBe(text);
  });

  it("uses the person's unit", () => {
    profile.value = { ...PERSON, unit_system: "imperial" };
    expect(describeSet({ ...NOTHING, reps: 5, weight_kg: 102.0583 })).toBe("225 lb × 5");
  });
});

describe("parseNumber", () => {
  it.each([
    ["22,5", false, 22.5],
    [" 8 ", true, 8],
    ["8.5", true, null],
    ["-3", false, null],
    ["1e3", false, null],
    ["", false, null],
  ])("reads %s (whole: %s) as %s", (text, isWhole, value) => {
    expect(parseNumber(text, isWhole)).toBe(value);
  });
});

describe("a weight", () => {
  it("comes back as it was typed", () => {
    profile.value = { ...PERSON, unit_system: "imperial" };
    const [weight] = findFields("weight_reps", []);
    for (const pounds of [2.5, 45, 135, 227.5]) expect(weight?.toShown(weight.toStored(pounds))).toBe(pounds);
  });
});

describe("readField", () => {
  it("keeps what was not changed, which is shown rounded", () => {
    profile.value = { ...PERSON, unit_system: "imperial" };
    expect(showField(WEIGHT, 22.5)).toBe("49.6");
    expect(readField(WEIGHT, "49.6", 22.5)).toEqual({ value: 22.5, error: null });
    expect(readField(WEIGHT, "49.7", 22.5)).toEqual({ value: 22.5435, error: null });
    expect(readField(WEIGHT, "", 22.5)).toEqual({ value: null, error: null });
    expect(readField(WEIGHT, "", null)).toEqual({ value: null, error: null });
  });

  it.each([
    [WEIGHT, "abc", "Enter a number, such as 22.5."],
    [WEIGHT, "2001", "Enter 2,000 kg or less."],
    [SETS, "2.5", "Enter a whole number, such as 8."],
    [SETS, "21", "Enter 20 or less."],
    [SETS, "0", "Enter 1 or more."],
  ])("says what is wrong: %#", (field, text, error) => {
    profile.value = PERSON;
    expect(readField(field, text, 3)).toEqual({ value: null, error });
  });

  it("says the limit in the person's unit", () => {
    profile.value = { ...PERSON, unit_system: "imperial" };
    expect(readField(WEIGHT, "5000", null).error).toBe("Enter 4,409.25 lb or less.");
  });
});
