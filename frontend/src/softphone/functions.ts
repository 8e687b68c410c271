import type { AgentView, InteractionView } from "../link/messages";
import type { PhoneState } from "./machine";
import { partOf, rings } from "./part";

/** What may be done at this moment: a button is there while its function is, and at no other time. */
export type CallFunction =
  | "make_call"
  | "pick_up"
  | "answer"
  | "reject"
  | "redirect"
  | "hang_up"
  | "hold"
  | "retrieve"
  | "park"
  | "mute"
  | "digits"
  | "consult"
  | "transfer"
  | "add"
  | "complete"
  | "alternate"
  | "conference"
  | "reconnect"
  | "leave"
  | "drop";

export interface Moment {
  agent: AgentView;
  interaction: InteractionView | null;
  phone: PhoneState;
  /** The call is, or would be, at this page's telephone. */
  here: boolean;
}

/** The customer included, as the core counts them. */
const MOST_PARTIES = 8;

export function functionsOf(moment: Moment): ReadonlySet<CallFunction> {
  const { agent, interaction, phone, here } = moment;
  if (rings(agent, interaction)) return new Set([...answer(moment), "reject", ...redirect(interaction)]);
  if (agent.state === "busy") return new Set([...inCall(agent, interaction), ...atPhone(moment)]);
  const idle = agent.state === "ready" || agent.state === "not_ready";
  const reachable = agent.device_online && (!here || phone.registration === "registered");
  return new Set(idle && reachable ? ["make_call", "pick_up"] : []);
}

/**
 * Once its telephone rings: for a callback the customer may be called first. At an outside number only there, by a key; at another
 * telephone while that is reached.
 */
function answer({ agent, here }: Moment): CallFunction[] {
  const answers = agent.connection === "alerting" && !agent.device_number && (here || agent.device_online);
  return answers ? ["answer"] : [];
}

/** Sent elsewhere can be who waits on the line, not who is called back, nor a colleague who asks for advice. */
function redirect(interaction: InteractionView | null): CallFunction[] {
  if (!interaction || interaction.parties.length === 0 || interaction.consultation) return [];
  return ["offer", "queue", "flow", "parked"].includes(interaction.phase) ? ["redirect"] : [];
}

function inCall(agent: AgentView, interaction: InteractionView | null): CallFunction[] {
  if (!interaction) return ["hang_up"];
  const part = partOf(agent, interaction);
  const together = interaction.phase === "conference";
  if (agent.connection === "reconnecting") {
    if (part === "leads") return together ? ["leave", "hang_up"] : ["hang_up"];
    return together && part !== "consulted" ? ["leave"] : ["hang_up"];
  }
  if (part === "leads") return leading(agent, interaction);
  if (part === "caller") return calling(agent, interaction);
  return part === "joined" ? [agent.connection === "hold" ? "retrieve" : "hold", "leave"] : ["hang_up"];
}

/** Who called within the house takes the lead by what it does, but for what the other has begun beside the talk. */
function calling(agent: AgentView, interaction: InteractionView): CallFunction[] {
  if (interaction.phase === "conference") return ["leave"];
  if (interaction.phase !== "talk") return ["hang_up"];
  if (interaction.consultation) return interaction.consultation === "joining" ? ["hold", "hang_up"] : ["hang_up"];
  return leading(agent, interaction);
}

function leading(agent: AgentView, interaction: InteractionView): CallFunction[] {
  const found = withAll(agent, interaction);
  const lost = interaction.parties.some((it) => it.consulted && it.connection === "reconnecting");
  return lost ? found.filter((it) => it !== "complete" && it !== "conference") : found;
}

function withAll(agent: AgentView, { phase, consultation, parties }: InteractionView): CallFunction[] {
  const leave: CallFunction[] = phase === "conference" ? ["leave"] : [];
  if (consultation === "waiting" || consultation === "alerting") return ["complete", "reconnect", ...leave];
  if (consultation === "connected") return ["complete", "alternate", "conference", "reconnect", ...leave];
  const held: CallFunction[] = agent.connection === "hold" ? ["retrieve"] : ["hold"];
  const among: CallFunction[] = phase === "conference" ? [...held, "drop", ...leave] : held;
  if (consultation === "held") return ["complete", "alternate", "conference", "reconnect", ...among];
  const whole: CallFunction[] = [...among, "hang_up"];
  if (consultation === "joining") return ["reconnect", ...whole];
  if (phase === "conference") return ["consult", ...(parties.length < MOST_PARTIES ? ["add" as const] : []), ...whole];
  if (phase === "hold") return ["consult", "transfer", "park", ...whole];
  return phase === "talk" ? ["consult", "transfer", "add", "park", ...whole] : whole;
}

function atPhone({ agent, interaction, phone, here }: Moment): CallFunction[] {
  const call = phone.call?.test ? null : phone.call;
  const asks = interaction !== null && speaksBeside(agent, interaction);
  if (call?.phase === "talking" || call?.phase === "early")
    return agent.connection === "hold" && !asks ? ["mute"] : ["mute", "digits"];
  if (here || !interaction) return [];
  const part = partOf(agent, interaction);
  const talks = interaction.phase === "talk" && (part === "leads" || part === "caller");
  const outside = interaction.parties.some((it) => it.kind !== "agent" && !it.consulted);
  const confers = interaction.phase === "conference" && agent.connection === "connected" && part !== "consulted";
  return talks || asks || (confers && outside) ? ["digits"] : [];
}

/** With whom it consults, and both are there. */
function speaksBeside(agent: AgentView, interaction: InteractionView): boolean {
  const lost = interaction.parties.some((it) => it.consulted && it.connection === "reconnecting");
  const there = agent.connection !== "reconnecting" && !lost;
  return there && partOf(agent, interaction) === "leads" && interaction.consultation === "connected";
}
