import type { AgentView, InteractionView, PartyView } from "../link/messages";
import { useLink } from "../link/store";
import { formatNumber } from "../ui/format";
import { useQueueName } from "../ui/useQueueName";
import { outsideNumber, partOf } from "./part";

/** A party by its name, where it has one. */
export function usePartyName(): (party: PartyView) => string {
  const agents = useLink((state) => state.view?.agents);
  const customer = useLink((state) => {
    const call = state.view?.agents[state.you]?.interaction;
    return call && state.view?.interactions[call]?.customer?.name;
  });
  return (party) => {
    if (party.agent) return agents?.[party.agent]?.name || party.agent;
    return (party.kind === "customer" && customer) || formatNumber(party.number);
  };
}

/** Who a call is with for that agent: the customer, or within the house the colleague, queue or number at the other end. */
export function useOtherEnd(agent: AgentView, interaction: InteractionView | null): string {
  const agents = useLink((state) => state.view?.agents);
  const queueName = useQueueName();
  if (!interaction) return "";
  if (interaction.direction !== "internal")
    return interaction.customer?.name || formatNumber(outsideNumber(interaction));
  if (partOf(agent, interaction) !== "caller") {
    const caller = interaction.parties[0]?.agent ?? interaction.caller_number;
    return agents?.[caller]?.name || formatNumber(caller);
  }
  const called = interaction.parties[1]?.agent ?? interaction.called_number;
  if (interaction.queue === called) return queueName(called);
  return agents?.[called]?.name || formatNumber(called);
}
