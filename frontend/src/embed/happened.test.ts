import { describe, expect, it } from "vitest";
import type { AgentView, InteractionView } from "../link/messages";
import { embedded, happened, NOTHING, type Seen } from "./happened";

const agentIn = (state: AgentView["state"], connection: AgentView["connection"] = null) =>
  ({ agent: "1001", state, reason: null, next_state: null, connection }) as unknown as AgentView;

const party = (agent: string, connection = "connected", consulted = false) => ({
  party: `leg-${agent}`,
  kind: "agent",
  agent,
  number: "",
  connection,
  consulted,
});

const callOf = (interaction: string, data: Record<string, string> = {}, more: object = {}) =>
  ({
    interaction,
    direction: "inbound",
    caller_number: "13800138001",
    called_number: "4008001234",
    queue: "sales",
    customer: { id: "c1", name: "王芳" },
    data,
    phase: "talk",
    parties: [],
    consultation: null,
    sent: null,
    callback: false,
    agent: null,
    ...more,
  }) as unknown as InteractionView;

const at = (
  state: AgentView["state"],
  connection: AgentView["connection"] = null,
  call: InteractionView | null = null,
): Seen => {
  const agent = agentIn(state, connection);
  const agents = { "1002": { name: "李伟" } as AgentView };
  return { agent, call: call && embedded(agent, call, agents), waiting: [] };
};

const ready = at("ready");
const one = callOf("i1");
const ringing = at("reserved", "alerting", one);
const talking = at("busy", "connected", one);
const held = at("busy", "hold", one);
const lost = at("busy", "reconnecting", one);
const after = at("working_after_call", null, one);

const names = (before: Seen, then: Seen) => happened(before, then).map((it) => it.event);

describe("what the page around is told", () => {
  it.each([
    [ready, ringing, ["agent", "ringing"]],
    [ringing, talking, ["agent", "answered"]],
    [talking, held, ["held"]],
    [held, talking, ["retrieved"]],
    [talking, after, ["agent", "ended"]],
    [after, ready, ["agent", "finished"]],
    [ringing, ready, ["agent", "ended", "finished"]],
    [talking, talking, []],
    [NOTHING, talking, ["agent", "answered"]],
    [talking, lost, []],
    [lost, talking, []],
    [lost, after, ["agent", "ended"]],
  ])("case %#", (before, then, expected) => {
    expect(names(before, then)).toEqual(expected);
  });

  describe("of a call one makes", () => {
    const me = (connection = "connected") => party("1001", connection);
    const own = (phase: string, connection: AgentView["connection"], more: object = {}) =>
      at("busy", connection, callOf("i1", {}, { direction: "outbound", phase, parties: [me()], ...more }));
    const dialled = own("dialing", "alerting", { parties: [me("alerting")] });
    const up = own("dialing", "connected");
    const over = own("talk", "connected", { parties: [party("customer"), me()] });

    it("tells that it is on its way, and that it is answered once somebody has", () => {
      expect(names(ready, dialled)).toEqual(["agent", "calling"]);
      expect(dialled.call?.phase).toBe("calling");
      expect(names(dialled, up)).toEqual(["parties"]);
      expect(names(up, over)).toEqual(["answered"]);
      expect(names(over, at("working_after_call", null, callOf("i1")))).toEqual(["agent", "ended"]);
    });

    it("tells its end where nobody answered, and nothing of an answer", () => {
      expect(names(up, ready)).toEqual(["agent", "ended", "finished"]);
    });

    it("tells the same of a colleague and of a queue, where it waits", () => {
      for (const phase of ["flow", "offer", "queue"]) {
        const waits = own(phase, "connected", { direction: "internal" });
        expect(names(ready, waits), phase).toEqual(["agent", "calling"]);
        const talks = own("talk", "connected", { direction: "internal", parties: [me(), party("1002")] });
        expect(names(waits, talks), phase).toEqual(["answered"]);
      }
    });
  });

  it("tells data typed elsewhere, with the customer", () => {
    const told = happened(talking, at("busy", "connected", callOf("i1", { order: "4711" })));
    expect(told).toMatchObject([
      { event: "data", call: { id: "i1", data: { order: "4711" }, customer: { id: "c1", name: "王芳" } } },
    ]);
  });

  it("tells the end of one call before the next rings", () => {
    expect(names(after, at("reserved", "alerting", callOf("i2")))).toEqual(["agent", "finished", "ringing"]);
  });

  it.each([
    ["consulted about a colleague's customer", { agent: "1002", consultation: "alerting" }, "consultation"],
    ["asked to join", { agent: "1002", consultation: "joining" }, "invitation"],
  ] as const)("tells ringing apart: %s", (_, more, reason) => {
    const parties = [party("customer"), party("1002"), party("1001", "alerting", true)];
    const rings = at("busy", "alerting", callOf("i1", {}, { ...more, parties }));
    const [, ringing] = happened(ready, rings);
    expect(ringing).toMatchObject({ event: "ringing", call: { reason, from: { agent: "1002", name: "李伟" } } });
    expect(ringing).toMatchObject({ call: { consultation: null } });
  });

  it("tells ringing apart: transferred by a colleague, or simply a customer", () => {
    const sent = { by: "1002", how: "transferred" };
    const [, told] = happened(ready, at("busy", "alerting", callOf("i1", {}, { sent })));
    expect(told).toMatchObject({ call: { reason: "transferred", from: { agent: "1002", name: "李伟" } } });
    expect(happened(ready, ringing)[1]).toMatchObject({ call: { reason: null, from: null } });
  });

  it("tells who has come, and how the consultation stands", () => {
    const own = [party("customer"), party("1001", "hold")];
    const consulting = (connection: string, consultation: string) =>
      at("busy", "hold", callOf("i1", {}, { consultation, parties: [...own, party("1002", connection, true)] }));
    const told = happened(consulting("alerting", "alerting"), consulting("connected", "connected"));
    expect(told).toMatchObject([{ event: "parties", call: { consultation: "connected" } }]);
    const there = (told[0] as { call: { parties: object[] } }).call.parties[2];
    expect(there).toMatchObject({ agent: "1002", name: "李伟", connection: "connected", consulted: true });
  });

  it("tells what may be picked up, once it has changed", () => {
    const waiting = [{ call: "p1", number: "13800138001", queue: "sales" }];
    expect(happened(ready, { ...ready, waiting })).toEqual([{ event: "to_pick_up", waiting }]);
    expect(happened({ ...ready, waiting }, { ...ready, waiting: [...waiting] })).toEqual([]);
  });
});
