import { describe, expect, it } from "vitest";
import { otherNumber } from "./other-end";

describe("who is at the other end", () => {
  it.each([
    ["inbound", "13800138001", "4008001234", "13800138001"],
    ["outbound", "1001", "13800138001", "13800138001"],
    ["internal", "1001", "1002", "1002"],
    ["internal", "1002", "1001", "1002"],
  ])("of a call %s from %s to %s, for 1001: %s", (direction, caller_number, called_number, expected) => {
    expect(otherNumber({ direction, caller_number, called_number }, "1001")).toBe(expected);
  });
});
