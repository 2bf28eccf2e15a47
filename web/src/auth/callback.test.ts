import { describe, expect, it } from "vitest";
import { describeCallbackError, parseCallback } from "./callback";
import { encodeBase64Url } from "./providers";

describe("parseCallback", () => {
  it("reads a code and the page to return to", () => {
    expect(parseCallback("?code=abc&next=%2Fworkouts")).toEqual({ kind: "code", code: "abc", next: "/workouts" });
  });

  it("reads a linked provider", () => {
    expect(parseCallback("?linked=github&next=%2Fsettings")).toEqual({
      kind: "linked",
      provider: "github",
      next: "/settings",
    });
  });

  it("prefers an error, and never leads to another site", () => {
    expect(parseCallback("?error=access_denied&code=abc&next=//evil.example")).toEqual({
      kind: "error",
      error: "access_denied",
      next: "/",
    });
  });

  it("takes an address without anything for a sign-in that is over", () => {
    expect(parseCallback("")).toEqual({ kind: "error", error: "invalid_state", next: "/" });
  });
});

describe("describeCallbackError", () => {
  it("has a sentence for an error that it does not know", () => {
    expect(describeCallbackError("new_error").title).not.toContain("new_error");
  });
});

describe("encodeBase64Url", () => {
  it("encodes as RFC 7636, appendix A", () => {
    const bytes = [3, 236, 255, 224, 193];
    expect(encodeBase64Url(new Uint8Array(bytes))).toBe("A-z_4ME");
  });
});
