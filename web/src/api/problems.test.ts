import { describe, expect, it } from "vitest";
import { ApiError, describeError, describeField, type FieldError } from "./problems";

const at = (location: string, code: string, message: string): FieldError => ({
  pointer: "/x",
  location,
  code,
  message,
  proposals: [],
});
const refused = (...errors: FieldError[]): ApiError =>
  new ApiError({ type: "/problems/invalid-input", title: "The input is invalid", status: 422, errors });

describe("describeField", () => {
  it.each([
    ["string_too_short", "String should have at least 8 characters", "Enter at least 8 characters."],
    ["string_too_long", "String should have at most 128 characters", "Enter 128 characters at most."],
    ["less_than_equal", "Input should be less than or equal to 2000", "Enter 2000 or less."],
    ["greater_than", "Input should be greater than 0", "Enter more than 0."],
    ["int_parsing", "Input should be a valid integer, unable to parse string as an integer", "Enter a whole number."],
    ["common_password", "This is one of the most common passwords", "This is one of the most common passwords"],
    ["less_than_equal", "Too much", "Too much"],
  ])("says %s without technical words", (code, message, text) => {
    expect(describeField({ code, message })).toBe(text);
  });
});

describe("describeError", () => {
  it("says that nothing is at an address without a valid id", () => {
    const error = refused(at("path", "uuid_parsing", "Input should be a valid UUID"));
    expect(error.isMissing).toBe(true);
    expect(describeError(error).title).toBe("This does not exist anymore.");
  });

  it("says what to enter", () => {
    const error = refused(at("body", "greater_than", "Input should be greater than 0"));
    expect(error.isMissing).toBe(false);
    expect(describeError(error)).toEqual({ title: "Please check what you entered.", advice: "Enter more than 0." });
    expect(error.messageFor("/x")).toBe("Enter more than 0.");
  });
});
