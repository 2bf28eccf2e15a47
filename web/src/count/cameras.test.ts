import { describe, expect, test } from "vitest";
import { listOthers } from "./cameras";

describe("listOthers", () => {
  test("prefers the other side of a phone, which may have several cameras", () => {
    expect(listOthers({ facingMode: "user", deviceId: "a" }, ["a", "b", "c"])).toEqual([
      { facingMode: { exact: "environment" } },
      { deviceId: { exact: "b" } },
      { deviceId: { exact: "c" } },
    ]);
    expect(listOthers({ facingMode: "environment" }, [])).toEqual([{ facingMode: { exact: "user" } }]);
  });

  test("goes around the cameras of a computer", () => {
    const ids = ["a", "b", "c"];
    const next = (deviceId: string) => listOthers({ deviceId }, ids).map((choice) => choice.deviceId);
    expect(next("b")).toEqual([{ exact: "c" }, { exact: "a" }]);
    expect(next("c")).toEqual([{ exact: "a" }, { exact: "b" }]);
    expect(next("gone")).toEqual([{ exact: "a" }, { exact: "b" }, { exact: "c" }]);
  });
});
