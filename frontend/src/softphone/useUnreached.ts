import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView, UnreachedView } from "../link/messages";
import { useLink } from "../link/store";
import { formatNumber } from "../ui/format";
import { useQueueName, useQueues } from "../ui/useQueueName";

const SHOWN_S = 6;

/** Says whom the agent could not reach and why, in the moment it happens. */
export function useUnreached(agent: AgentView): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const found = agent.unreached;
  const atOutside = agent.device_number !== "";
  const known = useRef(found?.at_ms);
  const called = useLink((state) => state.view?.agents[found?.number ?? ""]?.name);
  const queues = useQueues().data;
  const queueName = useQueueName();
  useEffect(() => {
    if (!found || found.at_ms === known.current) return;
    known.current = found.at_ms;
    const who =
      called || (queues?.some((it) => it.id === found.number) && queueName(found.number)) || formatNumber(found.number);
    void message.warning(t(`unreached.${words(found, atOutside)}`, { who }), SHOWN_S);
  }, [found, atOutside, called, queues, queueName, message, t]);
}

/** Many causes of the network are one to a person. */
function words({ cause, own_telephone }: UnreachedView, atOutside: boolean): string {
  if (own_telephone && atOutside) return cause === "congestion" ? "own_no_line" : "own_outside";
  if (own_telephone) return "own_telephone";
  switch (cause) {
    case "busy":
    case "rejected":
    case "unreachable":
    case "congestion":
      return cause;
    case "no_answer":
    case "no_user_responding":
    case "cancelled":
      return "no_answer";
    case "unallocated":
    case "invalid_number":
      return "no_such_number";
    default:
      return "other";
  }
}
