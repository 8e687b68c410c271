import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import type { AgentView, InteractionView } from "../link/messages";
import { functionsOf } from "./functions";
import { initialPhone, type PhoneCall, type PhoneState } from "./machine";

const talking: PhoneCall = {
  id: "a",
  direction: "incoming",
  phase: "talking",
  remote: "1",
  muted: false,
  autoAnswer: false,
  answeredAtMs: 1,
  interaction: "i1",
  test: false,
};

interface Change {
  agent?: Partial<AgentView>;
  interaction?: Partial<InteractionView>;
  call?: Partial<PhoneCall> | null;
  phone?: Partial<PhoneState>;
  here?: boolean;
}

function may(scene: Scene, { agent = {}, interaction = {}, call = null, phone = {}, here = true }: Change = {}) {
  const view = tenantView(scene);
  const me = { ...view.agents["1001"]!, ...agent };
  const mine = me.interaction ? view.interactions[me.interaction] : null;
  const found = functionsOf({
    agent: me,
    interaction: mine ? { ...mine, ...interaction } : null,
    phone: { ...initialPhone, registration: "registered", call: call && { ...talking, ...call }, ...phone },
    here,
  });
  return [...found].sort();
}

describe("what may be done", () => {
  it("between calls is to dial, where this page is a telephone that works", () => {
    expect(may("ready")).toEqual(["make_call"]);
    expect(may("not_ready")).toEqual(["make_call"]);
    expect(may("ready", { here: false })).toEqual([]);
    expect(may("ready", { phone: { registration: "lost" } })).toEqual([]);
    expect(may("ready", { call: { test: true } })).toEqual(["make_call"]);
    expect(may("signed_out")).toEqual([]);
    expect(may("wrap_up")).toEqual([]);
  });

  it("while it rings is to take it or not, also a colleague's call, for which one counts as busy", () => {
    expect(may("offer")).toEqual(["answer", "reject"]);
    expect(may("talk", { agent: { connection: "alerting" } })).toEqual(["answer", "reject"]);
  });

  it("in a call is to hold, to hang up, and at this telephone to mute and send digits", () => {
    expect(may("talk", { call: {} })).toEqual(["digits", "hang_up", "hold", "mute"]);
    expect(may("talk", { here: false })).toEqual(["hang_up", "hold"]);
    expect(may("hold", { call: {} })).toEqual(["digits", "hang_up", "mute", "retrieve"]);
    expect(may("reconnecting")).toEqual(["hang_up"]);
    expect(may("talk", { call: { test: true } })).toEqual(["hang_up", "hold"]);
  });

  it("in a call one began is not to hold, which the core refuses there", () => {
    const outgoing: Partial<PhoneCall> = { direction: "outgoing" };
    expect(may("talk", { call: outgoing, interaction: { direction: "outbound" } })).toEqual([
      "digits",
      "hang_up",
      "mute",
    ]);
    const internal = { direction: "internal" } as const;
    expect(may("talk", { interaction: { ...internal, agent: "1002" } })).toEqual(["hang_up"]);
    expect(may("talk", { interaction: { ...internal, agent: "1001" } })).toEqual(["hang_up", "hold"]);
  });

  it("while a dialled call is on its way to the platform is to give it up", () => {
    expect(may("ready", { call: { direction: "outgoing", phase: "calling" } })).toEqual(["hang_up"]);
  });
});
