import type { AgentView, InteractionView } from "../link/messages";
import { shownState } from "../ui/StateTag";

/** Since when an agent is what it is shown as: hold and reconnecting are stretches of a call, the rest states of the agent. */
export function stateSinceMs(agent: AgentView, interaction: InteractionView | null): number {
  const state = shownState(agent);
  return interaction && (state === "hold" || state === "reconnecting") ? interaction.phase_since_ms : agent.since_ms;
}
