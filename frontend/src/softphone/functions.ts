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
  if (rings(agent, interaction)) return new Set([...answer(agent), "reject", ...redirect(interaction)]);
  if (agent.state === "busy") return new Set([...inCall(agent, interaction), ...atPhone(moment)]);
  const idle = agent.state === "ready" || agent.state === "not_ready";
  const reachable = agent.device_online && (!here || phone.registration === "registered");
  return new Set(idle && reachable ? ["make_call", "pick_up"] : []);
}

/** At an outside number only there, by a key. */
const answer = (agent: AgentView): CallFunction[] => (agent.device_number ? [] : ["answer"]);

/** Sent elsewhere can be who waits on the line, not who is called back, nor a colleague who asks for advice. */
function redirect(interaction: InteractionView | null): CallFunction[] {
  if (!interaction || interaction.parties.length === 0 || interaction.consultation) return [];
  return ["offer", "queue", "flow"].includes(interaction.phase) ? ["redirect"] : [];
}

function inCall(agent: AgentView, interaction: InteractionView | null): CallFunction[] {
  if (!interaction || agent.connection === "reconnecting") return ["hang_up"];
  const part = partOf(agent, interaction);
  const mayLead = part === "caller" && interaction.phase === "talk" && !interaction.consultation;
  if (part === "leads" || mayLead) return leading(agent, interaction);
  return part === "joined" ? [agent.connection === "hold" ? "retrieve" : "hold", "leave"] : ["hang_up"];
}

function leading(agent: AgentView, interaction: InteractionView): CallFunction[] {
  const found = withAll(agent, interaction);
  const lost = interaction.parties.some((it) => it.consulted && it.connection === "reconnecting");
  return lost ? found.filter((it) => it !== "complete" && it !== "conference") : found;
}

function withAll(agent: AgentView, { phase, consultation, parties }: InteractionView): CallFunction[] {
  if (consultation === "waiting" || consultation === "alerting") return ["complete", "reconnect"];
  if (consultation === "connected") return ["complete", "alternate", "conference", "reconnect"];
  const held: CallFunction[] = agent.connection === "hold" ? ["retrieve"] : ["hold"];
  const together: CallFunction[] = phase === "conference" ? ["drop", "leave"] : [];
  if (consultation === "held") return ["complete", "alternate", "conference", "reconnect", ...held, ...together];
  const whole: CallFunction[] = [...held, ...together, "hang_up"];
  if (consultation === "joining") return ["reconnect", ...whole];
  if (phase === "conference") return ["consult", ...(parties.length < MOST_PARTIES ? ["add" as const] : []), ...whole];
  if (phase === "hold") return ["consult", "transfer", "park", ...whole];
  return phase === "talk" ? ["consult", "transfer", "add", "park", ...whole] : whole;
}

function atPhone({ phone, interaction, here }: Moment): CallFunction[] {
  const call = phone.call?.test ? null : phone.call;
  if (call?.phase === "talking" || call?.phase === "early") return ["mute", "digits"];
  return !here && interaction?.phase === "talk" ? ["digits"] : [];
}
