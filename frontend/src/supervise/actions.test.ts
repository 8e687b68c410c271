import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import type { AgentState, AgentView, InteractionView } from "../link/messages";
import { actionsFor, callActionsFor, mayRestart, modesFor } from "./actions";

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
  const all = ["listen", "whisper", "barge", "take_over"];
  const beside = ["listen", "whisper", "barge"];

  const ways = (
    scene: Scene,
    change: { agent?: Partial<AgentView>; call?: Partial<InteractionView>; me?: Partial<AgentView> | null } = {},
  ) => {
    const view = tenantView(scene);
    const agent = { ...view.agents["1001"]!, ...change.agent };
    const call = agent.interaction ? view.interactions[agent.interaction] : null;
    const me: AgentView = {
      ...view.agents["1005"]!,
      agent: "2001",
      state: "not_ready",
      supervises: null,
      device_online: true,
      ...change.me,
    };
    return modesFor(agent, call && { ...call, ...change.call }, change.me === null ? null : me);
  };
  const at = (agent: string, mode: "listen" | "barge"): Partial<AgentView> => ({
    state: "busy",
    supervises: { supervisor: "2001", agent, interaction: "i1", mode, connected: true, since_ms: 1, shown: false },
  });

  it("are all there while it talks with who called or was called, on hold or lost as well", () => {
    expect(ways("talk")).toEqual(all);
    expect(ways("hold")).toEqual(all);
    expect(ways("reconnecting")).toEqual(all);
    expect(ways("consulting")).toEqual(all);
    expect(ways("colleague")).toEqual(all);
  });

  it("are none before and after a talk", () => {
    for (const scene of ["ready", "offer", "wrap_up", "calling", "house_call", "consulted", "invited"] as const)
      expect(ways(scene), scene).toEqual([]);
  });

  it.each(["flow", "queue", "offer", "dialing", "parked", "voicemail", "callback"] as const)(
    "are none at a call the agent made while it is in %s",
    (phase) => {
      const caller = tenantView("colleague").interactions.i1!.parties;
      expect(ways("talk", { call: { phase, parties: caller.map((it) => ({ ...it, agent: "1001" })) } })).toEqual([]);
    },
  );

  it("do not replace who confers, is consulted, or called and is not talking", () => {
    expect(ways("conference")).toEqual(beside);
    expect(ways("joined")).toEqual(beside);
    expect(ways("advising")).toEqual(beside);
    const [one, other] = tenantView("colleague").interactions.i1!.parties;
    const called = [
      { ...one!, agent: "1001" },
      { ...other!, agent: "1002" },
    ];
    expect(ways("colleague", { call: { parties: called } })).toEqual(all);
    expect(ways("colleague", { call: { phase: "hold", parties: called } })).toEqual(beside);
    expect(ways("colleague", { call: { phase: "reconnecting", parties: called } })).toEqual(beside);
  });

  it("are none without a telephone that can be called, in a call of one's own, and at one's own call", () => {
    expect(ways("talk", { me: null })).toEqual([]);
    expect(ways("talk", { me: { device_online: false } })).toEqual([]);
    expect(ways("talk", { me: { state: "logged_off" } })).toEqual([]);
    expect(ways("talk", { me: { state: "busy" } })).toEqual([]);
    expect(ways("talk", { me: { agent: "1001" } })).toEqual([]);
  });

  it("do not offer what already is, but that for another agent, whose telephone is there", () => {
    expect(ways("talk", { me: at("1001", "barge") })).toEqual(["listen", "whisper", "take_over"]);
    expect(ways("talk", { me: at("1002", "barge") })).toEqual(all);
    expect(ways("reconnecting", { me: at("1001", "listen") })).toEqual(["whisper", "barge", "take_over"]);
    expect(ways("reconnecting", { me: at("1002", "listen") })).toEqual([]);
  });
});

describe("a session begins anew", () => {
  it.each([
    ["ready", true],
    ["not_ready", true],
    ["reserved", true],
    ["working_after_call", true],
    ["busy", false],
    ["logged_off", false],
  ] as const)("of one who is %s: %s", (state, possible) => {
    expect(mayRestart({ state })).toBe(possible);
    expect(asked(state).includes("restart")).toBe(possible);
  });
});
