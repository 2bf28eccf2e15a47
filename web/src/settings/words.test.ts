import { describe, expect, it } from "vitest";
import { describeDevice, describeEvent } from "./words";

describe("describeDevice", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0", "Firefox on Linux"],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"],
    ["Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"],
    ["curl/8.5", "curl"],
    [null, "An unknown program"],
  ])("describes %s as %s", (agent, device) => expect(describeDevice(agent)).toBe(device));
});

describe("describeEvent", () => {
  it("names the provider, but not the password", () => {
    expect(describeEvent({ kind: "signed_in", details: { method: "github" } })).toBe("Signed in (GitHub)");
    expect(describeEvent({ kind: "signed_in", details: { method: "password" } })).toBe("Signed in");
  });
});
