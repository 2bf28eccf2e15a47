import { describe, expect, it } from "vitest";
import { readLocale, usesAmericanUnits } from "./browser";

describe("readLocale", () => {
  it.each([
    ["de-AT", "de-AT"],
    ["en-US-u-ca-buddhist", "en-US"],
    ["en-US@posix", "en-US"],
    ["zh-Hant-TW", "zh-Hant-TW"],
    ["", undefined],
  ])("reads %s as %s", (language, locale) => expect(readLocale(language)).toBe(locale));
});

describe("usesAmericanUnits", () => {
  it("needs the language and the zone", () => {
    expect(usesAmericanUnits("en-US", "America/Chicago")).toBe(true);
    expect(usesAmericanUnits("en-US", "Europe/Berlin")).toBe(false);
    expect(usesAmericanUnits("es-MX", "America/Mexico_City")).toBe(false);
  });
});
