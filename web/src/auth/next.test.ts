import { describe, expect, it } from "vitest";
import { readNext } from "./next";

describe("readNext", () => {
  it("keeps a path of this client with its query and fragment", () => {
    expect(readNext("/workouts?limit=3#top")).toBe("/workouts?limit=3#top");
  });

  it.each([
    undefined,
    "",
    "workouts",
    "//",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
  ])("leads home for %s", (next) => {
    expect(readNext(next)).toBe("/");
  });
});
