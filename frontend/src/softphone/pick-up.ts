import type { AgentView, InteractionView } from "../link/messages";
import { outsideNumber } from "./part";

/** Something an agent may take: a parked call, or what rings at a colleague's telephone. */
export type Takeable =
  | {
      kind: "parked";
      key: string;
      interaction: InteractionView;
      who: string;
      sinceMs: number;
      take: { interaction: string };
    }
  | { kind: "ringing"; key: string; agent: AgentView; who: string; sinceMs: number; take: { of: string } };

/** Who has waited longest comes first. Colleagues are those one serves a queue with; whom one calls oneself is not picked up. */
export function takeable(me: AgentView, agents: AgentView[], interactions: InteractionView[]): Takeable[] {
  const parked = interactions
    .filter((it) => it.phase === "parked")
    .map(
      (it): Takeable => ({
        kind: "parked",
        key: it.interaction,
        interaction: it,
        who: it.customer?.name || outsideNumber(it) || it.caller_number,
        sinceMs: it.phase_since_ms,
        take: { interaction: it.interaction },
      }),
    );
  const called = interactions.find((it) => it.interaction === me.interaction)?.agent;
  const ringing = agents
    .filter((it) => it.agent !== me.agent && it.agent !== called && it.rings_for_all)
    .filter((it) => it.queues.some((queue) => me.queues.includes(queue)))
    .map(
      (it): Takeable => ({
        kind: "ringing",
        key: it.agent,
        agent: it,
        who: it.name || it.agent,
        sinceMs: it.since_ms,
        take: { of: it.agent },
      }),
    );
  return [...parked, ...ringing].sort((one, other) => one.sinceMs - other.sinceMs);
}
