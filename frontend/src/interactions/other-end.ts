import type { InteractionSummary } from "../api/types";
import type { InteractionView } from "../link/messages";
import { useLink } from "../link/store";
import { formatNumber } from "../ui/format";
import { useQueueName } from "../ui/useQueueName";

/** The number of who is at the other end: of a call within the house for that agent, an agent, queue or number. */
export function otherNumber(
  {
    direction,
    caller_number,
    called_number,
  }: Pick<InteractionSummary, "direction" | "caller_number" | "called_number">,
  agent?: string | null,
): string {
  const called = direction === "outbound" || (direction === "internal" && caller_number === agent);
  return called ? called_number : caller_number;
}

/** Of a call that goes on, as it is for that agent. Narrow, so that a board of many tiles is not drawn anew for each agent. */
export function useOtherNow(it: InteractionView | undefined, agent: string): string {
  const number = it ? otherNumber(it, agent) : "";
  const colleague = useLink((state) => it?.direction === "internal" && state.view?.agents[number]?.name);
  return it?.customer?.name || colleague || formatNumber(number);
}

/** That one's name where it has one, else the number; "" where it was withheld. */
export function useOtherName(): (it: InteractionSummary, agent?: string | null) => string {
  const agents = useLink((state) => state.view?.agents);
  const queueName = useQueueName();
  return (it, agent) => {
    if (it.customer?.name) return it.customer.name;
    const number = otherNumber(it, agent);
    if (it.direction !== "internal") return formatNumber(number);
    return agents?.[number]?.name || (number === it.queue ? queueName(number, it.queue_name) : formatNumber(number));
  };
}
