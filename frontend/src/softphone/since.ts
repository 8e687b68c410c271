import type { AgentView, InteractionView } from "../link/messages";
import { shownState } from "../ui/StateTag";

/** Since when an agent is what it is shown as: hold and reconnecting are stretches of a call, a talk begins when the other is there,
 *  and the rest are states of the agent. */
export function stateSinceMs(agent: AgentView, interaction: InteractionView | null): number {
  const state = shownState(agent);
  return interaction && (state === "hold" || state === "reconnecting")
    ? interaction.phase_since_ms
    : talkSinceMs(agent);
}

/** Since when somebody waits: in its queue, whatever rings for it meanwhile; else since it is in its phase. */
export const waitsSinceMs = (it: InteractionView): number => it.waits_since_ms ?? it.phase_since_ms;

/** Since when an agent talks in its call; before the other is there, since when it rings or is called. */
export function talkSinceMs(agent: AgentView): number {
  return agent.connected_since_ms ?? agent.since_ms;
}
