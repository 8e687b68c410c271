import type { AgentView, InteractionView } from "../link/messages";
import type { PhoneState } from "./machine";

/** What may be done at this moment: a button is there while its function is, and at no other time. */
export type CallFunction = "make_call" | "answer" | "reject" | "hang_up" | "hold" | "retrieve" | "mute" | "digits";

export interface Moment {
  agent: AgentView;
  interaction: InteractionView | null;
  phone: PhoneState;
  /** The call is, or would be, at this page's telephone. */
  here: boolean;
}

export function functionsOf({ agent, interaction, phone, here }: Moment): ReadonlySet<CallFunction> {
  const call = phone.call?.test ? null : phone.call;
  const talks = call?.phase === "talking" || call?.phase === "early";
  const atPhone: CallFunction[] = talks ? ["mute", "digits"] : [];
  if (agent.connection === "alerting") return new Set(["answer", "reject"]);
  if (agent.state === "reserved") return new Set(["answer", "reject"]);
  if (agent.state === "busy") return new Set([...held(agent, interaction), "hang_up", ...atPhone]);
  // Dialled just now: the platform has yet to hear of it.
  if (call?.direction === "outgoing") return new Set(["hang_up", ...atPhone]);
  const idle = agent.state === "ready" || agent.state === "not_ready";
  return new Set(idle && here && phone.registration === "registered" && !call ? ["make_call"] : []);
}

function held(agent: AgentView, interaction: InteractionView | null): CallFunction[] {
  if (agent.connection === "hold") return ["retrieve"];
  const talk = agent.connection === "connected" && interaction?.phase === "talk";
  return talk && !isOwn(agent, interaction) ? ["hold"] : [];
}

/** Begun by this agent: the core takes such a call for a plain connection between two, without hold. */
export function isOwn(agent: AgentView, interaction: InteractionView): boolean {
  if (interaction.direction === "outbound") return true;
  return interaction.direction === "internal" && interaction.agent !== agent.agent;
}
