import { describe, expect, it } from "vitest";
import type { AgentState } from "../link/messages";
import { actionsFor, callActionsFor } from "./actions";

const asked = (state: AgentState, more: { interaction?: string; next_state?: "not_ready" } = {}) =>
  actionsFor({ state, interaction: null, next_state: null, ...more });

describe("what a supervisor may ask of an agent", () => {
  it("is nothing of one who is signed out", () => expect(asked("logged_off")).toEqual([]));

  it("is not to be ready of one who is", () => {
    expect(asked("ready")).not.toContain("ready");
    expect(asked("not_ready")).toContain("ready");
  });

  it("ends only a call that talks, never one that rings", () => {
    expect(asked("busy", { interaction: "i1" })).toContain("release");
    expect(asked("reserved", { interaction: "i1" })).not.toContain("release");
  });

  it("takes back what was to come after the call", () => {
    expect(asked("busy", { interaction: "i1" })).not.toContain("ready");
    expect(asked("busy", { interaction: "i1", next_state: "not_ready" })).toContain("ready");
  });
});

describe("what a supervisor may do with a waiting call", () => {
  it("is not to put first the one who is", () => {
    expect(callActionsFor({ phase: "queue", position: 1 })).not.toContain("first");
    expect(callActionsFor({ phase: "queue", position: 2 })).toContain("first");
  });

  it("is only to end one that is in the menu", () =>
    expect(callActionsFor({ phase: "flow", position: null })).toEqual(["release"]));
});
