import type { AgentView, InteractionView } from "../link/messages";

/** What a call is to an agent in it: its own, joined as one more, asked about by a colleague, or begun by itself. */
export type Part = "leads" | "joined" | "consulted" | "caller";

/** null for whom it only rings, and after the call. Who a call is with comes first among its parties, then who leads it. */
export function partOf(agent: AgentView, { parties }: InteractionView): Part | null {
  const at = parties.findIndex((it) => it.agent === agent.agent);
  if (at < 0) return null;
  if (parties[at]?.consulted) return "consulted";
  return at === 0 ? "caller" : at === 1 ? "leads" : "joined";
}

/** It rings for this agent, who has yet to answer; its own telephone being called for a call it makes is not that. */
export function rings(agent: AgentView, interaction: InteractionView | null): boolean {
  if (agent.state === "reserved") return true;
  return agent.connection === "alerting" && !(interaction && partOf(agent, interaction) === "caller");
}

export type ShownPhase = InteractionView["phase"] | "calling" | "consult";

/** The call's phase as this agent lives it. */
export function shownPhase(agent: AgentView, interaction: InteractionView): ShownPhase {
  if (rings(agent, interaction)) return "offer";
  if (agent.connection === "reconnecting") return "reconnecting";
  if (agent.state === "working_after_call") return "wrap_up";
  const part = partOf(agent, interaction);
  if (part === "consulted") return agent.connection === "hold" ? "hold" : "consult";
  const onItsWay = ["flow", "offer", "dialing"].includes(interaction.phase);
  return part === "caller" && onItsWay ? "calling" : interaction.phase;
}

/** The agent speaks, or waits to speak, with somebody beside its call. */
export const consults = (agent: AgentView, interaction: InteractionView | null): boolean =>
  interaction !== null &&
  partOf(agent, interaction) === "leads" &&
  (interaction.consultation === "waiting" ||
    interaction.consultation === "alerting" ||
    interaction.consultation === "connected");

/** The number of who the call is with, where that is nobody of the house. */
export const outsideNumber = (it: InteractionView): string =>
  it.direction === "outbound" ? it.called_number : it.direction === "inbound" ? it.caller_number : "";
