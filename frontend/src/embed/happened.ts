import type { AgentView, InteractionView } from "../link/messages";
import type { EmbeddedCall, EmbedEvent } from "./protocol";

/** What of the state concerns the page around. */
export interface Seen {
  agent: AgentView | null;
  call: InteractionView | null;
}

export const NOTHING: Seen = { agent: null, call: null };

export function embedded(call: InteractionView): EmbeddedCall {
  const { customer } = call;
  return {
    id: call.interaction,
    direction: call.direction,
    number: call.caller_number,
    called: call.called_number,
    queue: call.queue,
    customer: customer && {
      id: customer.id,
      name: customer.name,
      company: customer.company ?? "",
      level: customer.level ?? "",
    },
    data: call.data,
  };
}

/** The events between two states, in the order in which they are told. */
export function happened(before: Seen, after: Seen): EmbedEvent[] {
  return [...ofAgent(before.agent, after.agent), ...ofCall(before, after)];
}

function ofAgent(before: AgentView | null, after: AgentView | null): EmbedEvent[] {
  if (!after) return [];
  const same =
    before?.state === after.state && before.reason === after.reason && before.next_state === after.next_state;
  return same ? [] : [{ event: "agent", state: after.state, reason: after.reason, next_state: after.next_state }];
}

function ofCall(before: Seen, after: Seen): EmbedEvent[] {
  const old = before.call;
  const now = after.call;
  if (old && old.interaction !== now?.interaction) {
    const call = embedded(old);
    const over: EmbedEvent[] = connection(before) ? [{ event: "ended", call }] : [];
    return [...over, { event: "finished", call }, ...ofCall(NOTHING, after)];
  }
  if (!now) return [];
  const call = embedded(now);
  const became = step(connection(before), connection(after));
  if (became) return [{ event: became, call }];
  const changed = old && JSON.stringify(embedded(old)) !== JSON.stringify(call);
  return changed ? [{ event: "data", call }] : [];
}

const connection = ({ agent, call }: Seen): AgentView["connection"] => (call && agent?.connection) || null;

function step(before: AgentView["connection"], after: AgentView["connection"]) {
  // A telephone that is called again talks on, or is on hold still, for all the page around knows.
  if (before === after || after === "reconnecting" || before === "reconnecting") {
    return before === "reconnecting" && after === null ? "ended" : null;
  }
  if (after === null) return "ended";
  if (after === "alerting") return "ringing";
  if (after === "hold") return "held";
  return before === "hold" ? "retrieved" : "answered";
}
