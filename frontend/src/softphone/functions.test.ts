import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import type { AgentView, InteractionView, PartyView } from "../link/messages";
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

const customer = (): PartyView => party(null, "customer");
const party = (agent: string | null, kind: PartyView["kind"] = "agent", consulted = false): PartyView => ({
  party: agent ?? "leg",
  kind,
  agent,
  number: "",
  connection: "connected",
  consulted,
});

describe("what may be done", () => {
  it("between calls is to call and to pick up, where one's telephone works", () => {
    expect(may("ready")).toEqual(["make_call", "pick_up"]);
    expect(may("not_ready")).toEqual(["make_call", "pick_up"]);
    expect(may("ready", { here: false })).toEqual(["make_call", "pick_up"]);
    expect(may("ready", { here: false, agent: { device_online: false } })).toEqual([]);
    expect(may("ready", { phone: { registration: "lost" } })).toEqual([]);
    expect(may("ready", { call: { test: true } })).toEqual(["make_call", "pick_up"]);
    expect(may("signed_out")).toEqual([]);
    expect(may("wrap_up")).toEqual([]);
  });

  it("while it rings is to take it or not, or to send elsewhere who waits on the line", () => {
    expect(may("offer")).toEqual(["answer", "redirect", "reject"]);
    expect(may("offer", { interaction: { parties: [] } })).toEqual(["answer", "reject"]);
    const direct = { phase: "flow", parties: [customer()] } as const;
    expect(
      may("talk", { agent: { connection: "alerting" }, interaction: { ...direct, parties: [customer()] } }),
    ).toEqual(["answer", "redirect", "reject"]);
    const parked = { phase: "parked", parties: [customer()] } as const;
    expect(may("offer", { interaction: { ...parked, parties: [customer()] } })).toEqual([
      "answer",
      "redirect",
      "reject",
    ]);
    expect(may("consulted")).toEqual(["answer", "reject"]);
  });

  it("is answered once one's telephone rings, where that is reached: not while a callback calls the customer first", () => {
    const first = { callback: true, parties: [] };
    expect(may("offer", { agent: { connection: null }, interaction: first })).toEqual(["reject"]);
    expect(may("offer", { interaction: first })).toEqual(["answer", "reject"]);
    const gone = { device_online: false };
    expect(may("consulted", { here: false, agent: gone })).toEqual(["reject"]);
    expect(may("consulted", { agent: gone })).toEqual(["answer", "reject"]);
  });

  it("sends digits to whom the agent speaks with, whoever that is, and to nobody while on hold", () => {
    expect(may("consulting", { here: false })).toContain("digits");
    expect(may("consulting", { call: {} })).toContain("digits");
    expect(may("consult_rings", { here: false })).not.toContain("digits");
    expect(may("conference", { here: false })).toContain("digits");
    const colleagues = { parties: [party("1002"), party("1003")] };
    expect(may("conference", { here: false, interaction: colleagues })).not.toContain("digits");
    expect(may("hold", { here: false })).not.toContain("digits");
    expect(may("hold", { call: {} })).toContain("mute");
    expect(may("hold", { call: {} })).not.toContain("digits");
    const onHold = {
      agent: { connection: "hold" },
      interaction: { phase: "talk", consultation: "held" },
    } satisfies Change;
    expect(may("advising", { ...onHold, here: false })).toEqual(["hang_up"]);
    expect(may("advising", { ...onHold, call: {} })).toEqual(["hang_up", "mute"]);
    const lost = {
      parties: [customer(), party("1001"), { ...party("1002", "agent", true), connection: "reconnecting" as const }],
    };
    expect(may("consulting", { here: false, interaction: lost })).not.toContain("digits");
  });

  it("in a call is all that begins from it, and at this telephone to mute and send digits", () => {
    const talk = ["add", "consult", "hang_up", "hold", "park", "transfer"];
    expect(may("talk", { call: {} })).toEqual([...talk, "digits", "mute"].sort());
    expect(may("talk", { here: false })).toEqual([...talk, "digits"].sort());
    expect(may("talk", { call: { test: true } })).toEqual(talk);
    expect(may("hold")).toEqual(["consult", "hang_up", "park", "retrieve", "transfer"]);
    expect(may("reconnecting")).toEqual(["hang_up"]);
  });

  it("in a consultation is what its state allows, and nothing that hangs up on the customer, with whomever one speaks", () => {
    expect(may("consult_rings")).toEqual(["complete", "reconnect"]);
    const both = ["alternate", "complete", "conference", "reconnect"];
    expect(may("consulting")).toEqual(both);
    expect(may("consult_held")).toEqual([...both, "hold"].sort());
    expect(may("consult_rings", { interaction: { consultation: "waiting" } })).toEqual(["complete", "reconnect"]);
    expect(may("adding")).toEqual(["hang_up", "hold", "reconnect"]);
    expect(may("advising")).toEqual(["hang_up"]);
    const lost = {
      parties: [customer(), party("1001"), { ...party("1002", "agent", true), connection: "reconnecting" as const }],
    };
    expect(may("consulting", { interaction: lost })).toEqual(["alternate", "reconnect"]);
  });

  it("in a conference is to add while there is room, and to take out for whose call it is; the others may leave", () => {
    expect(may("conference")).toEqual(["add", "consult", "drop", "hang_up", "hold", "leave"]);
    expect(may("conference", { agent: { connection: "hold" } })).toContain("retrieve");
    const full = [customer(), party("1001"), ...Array.from({ length: 6 }, (_, index) => party(String(1002 + index)))];
    expect(may("conference", { interaction: { parties: full } })).toEqual([
      "consult",
      "drop",
      "hang_up",
      "hold",
      "leave",
    ]);
    const beside = {
      phase: "conference",
      parties: [customer(), party("1001"), party("1003"), party("1002", "agent", true)],
    };
    expect(may("consulting", { interaction: beside as Partial<InteractionView> })).toContain("leave");
    const lost = { connection: "reconnecting" } as const;
    expect(may("conference", { agent: lost })).toEqual(["hang_up", "leave"]);
    expect(may("joined", { agent: lost })).toEqual(["leave"]);
    expect(may("conference", { interaction: { parties: [party("1001"), party("1002"), party("1003")] } })).toEqual([
      "leave",
    ]);
    expect(may("joined")).toEqual(["hold", "leave"]);
    expect(may("joined", { agent: { connection: "hold" } })).toEqual(["leave", "retrieve"]);
  });

  it("in a call one began within the house is as in any, while the other end has not taken the lead", () => {
    const mine = { direction: "internal", parties: [party("1001"), party("1002")] } as const;
    const begun = { ...mine, parties: [...mine.parties] };
    expect(may("talk", { interaction: begun })).toEqual(["add", "consult", "hang_up", "hold", "park", "transfer"]);
    expect(may("talk", { interaction: { ...begun, phase: "hold" } })).toEqual(["hang_up"]);
    expect(may("talk", { interaction: { ...begun, consultation: "held" } })).toEqual(["hang_up"]);
    expect(may("talk", { interaction: { ...begun, consultation: "joining" } })).toEqual(["hang_up", "hold"]);
    const others = [party("1002"), party("1001")];
    expect(may("talk", { interaction: { direction: "internal", parties: others } })).toContain("consult");
    expect(may("calling")).toEqual(["hang_up"]);
    expect(may("calling", { agent: { connection: "alerting" } })).toEqual(["hang_up"]);
  });
});
