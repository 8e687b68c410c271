import { describe, expect, it } from "vitest";
import type { AgentState } from "../link/messages";
import { actionsFor, callActionsFor, modesFor } from "./actions";

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

describe("the ways of being at an agent's call", () => {
  const talking = { agent: "1001", state: "busy", interaction: "i1", connection: "connected" } as const;
  const me = { agent: "2001", state: "not_ready", supervises: null } as const;
  const at = (agent: string, mode: "listen" | "barge") =>
    ({
      agent: "2001",
      state: "busy",
      supervises: {
        supervisor: "2001",
        agent,
        interaction: "i1",
        mode,
        connected: true,
        since_ms: 1,
        shown: false,
      },
    }) as const;

  it("are all there while it talks", () =>
    expect(modesFor(talking, me)).toEqual(["listen", "whisper", "barge", "take_over"]));

  it("are none without a call, without a telephone, and at one's own call", () => {
    expect(modesFor({ ...talking, interaction: null }, me)).toEqual([]);
    expect(modesFor({ ...talking, state: "reserved" }, me)).toEqual([]);
    expect(modesFor({ ...talking, connection: "alerting" }, me)).toEqual([]);
    expect(modesFor(talking, null)).toEqual([]);
    expect(modesFor({ ...talking, agent: "2001" }, me)).toEqual([]);
  });

  it("are none for who is in a call of its own", () => expect(modesFor(talking, { ...me, state: "busy" })).toEqual([]));

  it("do not offer what already is, but that for another agent", () => {
    expect(modesFor(talking, at("1001", "barge"))).toEqual(["listen", "whisper", "take_over"]);
    expect(modesFor(talking, at("1002", "barge"))).toContain("barge");
  });
});
