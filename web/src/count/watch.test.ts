import { describe, expect, test } from "vitest";
import { applyEvent } from "./watch";

describe("applyEvent", () => {
  test("follows a set, also when another one begins without an end of the first", () => {
    const first = applyEvent(null, "rep", { set_id: "a", exercise_id: "squat", count: 3 });
    expect(first).toEqual({ setId: "a", exerciseId: "squat", count: 3, heldMs: null, hint: null });
    const lost = applyEvent(first, "tracking", { set_id: "a", hint: "Step back." });
    expect(lost).toEqual({ setId: "a", exerciseId: "squat", count: 3, heldMs: null, hint: "Step back." });
    expect(applyEvent(lost, "tracking", { set_id: "a", hint: null })?.hint).toBeNull();
    expect(applyEvent(lost, "rep", { set_id: "b", count: 1 })).toEqual({
      setId: "b",
      exerciseId: null,
      count: 1,
      heldMs: null,
      hint: null,
    });
  });

  test("knows a hold, the end, and nothing of what it does not know", () => {
    const hold = applyEvent(null, "hold", { set_id: "a", duration_ms: 4200 });
    expect(hold?.heldMs).toBe(4200);
    expect(applyEvent(hold, "news", { set_id: "a" })).toBe(hold);
    expect(applyEvent(hold, "counted", { set_id: "a", count: 0 })).toBeNull();
  });
});
