import { expect, it } from "vitest";
import { resultOf } from "./ResultTag";

const ended = (end_reason: string, answered_at: string | null = null) =>
  resultOf({ ended_at: "2026-11-24T02:00:00Z", answered_at, end_reason });

it("tells a message, a refusal and a closed centre from a call that merely reached nobody", () => {
  expect(["voicemail", "blocked", "closed", "abandoned", "flow_ended"].map((it) => ended(it))).toEqual([
    "voicemail",
    "refused",
    "closed",
    "abandoned",
    "ended",
  ]);
});

it("calls answered what was answered, however it ended", () => {
  expect(ended("voicemail", "2026-11-24T01:59:00Z")).toBe("answered");
  expect(resultOf({ ended_at: null, answered_at: "2026-11-24T01:59:00Z", end_reason: null })).toBe("live");
});
