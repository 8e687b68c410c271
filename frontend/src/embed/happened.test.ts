import { describe, expect, it } from "vitest";
import type { AgentView, InteractionView } from "../link/messages";
import { happened, NOTHING, type Seen } from "./happened";

const agentIn = (state: AgentView["state"], connection: AgentView["connection"] = null) =>
  ({ agent: "1001", state, reason: null, next_state: null, connection }) as unknown as AgentView;

const callOf = (interaction: string, data: Record<string, string> = {}) =>
  ({
    interaction,
    direction: "inbound",
    caller_number: "13800138001",
    called_number: "4008001234",
    queue: "sales",
    customer: { id: "c1", name: "王芳" },
    data,
  }) as unknown as InteractionView;

const at = (
  state: AgentView["state"],
  connection: AgentView["connection"] = null,
  call: InteractionView | null = null,
): Seen => ({ agent: agentIn(state, connection), call });

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

  it("tells data typed elsewhere, with the customer", () => {
    const told = happened(talking, at("busy", "connected", callOf("i1", { order: "4711" })));
    expect(told).toMatchObject([
      { event: "data", call: { id: "i1", data: { order: "4711" }, customer: { id: "c1", name: "王芳" } } },
    ]);
  });

  it("tells the end of one call before the next rings", () => {
    expect(names(after, at("reserved", "alerting", callOf("i2")))).toEqual(["agent", "finished", "ringing"]);
  });
});
