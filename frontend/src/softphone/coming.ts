import type { AgentView, InteractionView } from "../link/messages";
import { partOf, rings } from "./part";

/** Why a call is this agent's: what it is asked for, or by whom the call was sent; null where it simply came. */
export type Reason = "consultation" | "invitation" | "transferred" | "redirected" | "returned" | "parked" | "callback";

export interface Coming {
  reason: Reason;
  /** The agent it is from. */
  by: string | null;
}

export function comingOf(agent: AgentView, interaction: InteractionView): Coming | null {
  const { phase, sent } = interaction;
  const part = partOf(agent, interaction);
  if (part === "consulted")
    return { reason: interaction.consultation === "joining" ? "invitation" : "consultation", by: interaction.agent };
  const ringing = rings(agent, interaction);
  if (ringing && phase === "parked") return { reason: "parked", by: null };
  if (sent && sent.by !== agent.agent && part !== "caller") return { reason: sent.how, by: sent.by };
  if (!ringing) return null;
  if (sent) return { reason: "returned", by: null };
  return interaction.callback ? { reason: "callback", by: null } : null;
}
