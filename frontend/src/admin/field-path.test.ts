import { describe, expect, it } from "vitest";
import { fieldAt } from "./field-path";

describe("an error's place in a form", () => {
  const fields = [["name", "en-US"], ["overflow", 0, "when"], ["overflow", 1, "when"], ["members"]];

  it("is its own field, with a list's places as numbers", () => {
    expect(fieldAt("overflow.1.when", fields)).toEqual(["overflow", 1, "when"]);
  });

  it("is the nearest field around it where it has none", () => {
    expect(fieldAt("overflow.0.when.of.2.field", fields)).toEqual(["overflow", 0, "when"]);
    expect(fieldAt("members.3.agent", fields)).toEqual(["members"]);
  });

  it("is nowhere where the form has nothing like it", () => {
    expect(fieldAt("callback.trunk", fields)).toBeNull();
    expect(fieldAt("name", fields)).toBeNull();
  });
});
