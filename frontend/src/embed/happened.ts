import { otherNumber } from "../interactions/other-end";
import type { AgentView, InteractionView } from "../link/messages";
import { comingOf } from "../softphone/coming";
import { partOf, type ShownPhase, shownPhase } from "../softphone/part";
import type { Takeable } from "../softphone/pick-up";
import type { EmbeddedCall, EmbedEvent, ToPickUp } from "./protocol";

/** What of the state concerns the page around. */
export interface Seen {
  agent: AgentView | null;
  call: EmbeddedCall | null;
  waiting: ToPickUp[];
}

export const NOTHING: Seen = { agent: null, call: null, waiting: [] };

export function embedded(agent: AgentView, call: InteractionView, agents: Record<string, AgentView>): EmbeddedCall {
  const { customer } = call;
  const coming = comingOf(agent, call);
  const named = (id: string | null) => ({ agent: id ?? "", name: agents[id ?? ""]?.name ?? "" });
  const own = partOf(agent, call) === "leads";
  return {
    id: call.interaction,
    direction: call.direction,
    number: otherNumber(call, agent.agent),
    called: call.called_number,
    queue: call.queue,
    phase: shownPhase(agent, call),
    reason: coming?.reason ?? null,
    from: coming?.by ? named(coming.by) : null,
    consultation: own ? call.consultation : null,
    parties: call.parties.map((it) => {
      const name = it.agent ? named(it.agent).name : it.kind === "customer" ? customer?.name : "";
      return { ...it, name: name ?? "" };
    }),
    customer: customer && {
      id: customer.id,
      name: customer.name,
      company: customer.company ?? "",
      level: customer.level ?? "",
    },
    data: call.data,
  };
}

export const toPickUp = (it: Takeable): ToPickUp =>
  it.kind === "ringing"
    ? { agent: it.agent.agent, name: it.agent.name }
    : {
        call: it.interaction.interaction,
        number: otherNumber(it.interaction),
        queue: it.interaction.queue,
      };

/** The events between two states, in the order in which they are told. */
export function happened(before: Seen, after: Seen): EmbedEvent[] {
  return [...ofAgent(before.agent, after.agent), ...ofCall(before, after), ...ofWaiting(before, after)];
}

function ofWaiting(before: Seen, after: Seen): EmbedEvent[] {
  return same(before.waiting, after.waiting) ? [] : [{ event: "to_pick_up", waiting: after.waiting }];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function ofAgent(before: AgentView | null, after: AgentView | null): EmbedEvent[] {
  if (!after) return [];
  const unchanged =
    before?.state === after.state && before.reason === after.reason && before.next_state === after.next_state;
  return unchanged ? [] : [{ event: "agent", state: after.state, reason: after.reason, next_state: after.next_state }];
}

function ofCall(before: Seen, after: Seen): EmbedEvent[] {
  const old = before.call;
  const now = after.call;
  if (old && old.id !== now?.id) {
    const over: EmbedEvent[] = standing(before) ? [{ event: "ended", call: old }] : [];
    return [...over, { event: "finished", call: old }, ...ofCall(NOTHING, after)];
  }
  if (!now) return [];
  const became = step(standing(before), standing(after));
  if (became) return [{ event: became, call: now }];
  if (!old) return [];
  const data = (it: EmbeddedCall) => [it.data, it.customer];
  const others = (it: EmbeddedCall) => [it.parties, it.consultation, it.reason, it.queue, it.number];
  const found: EmbedEvent[] = same(data(old), data(now)) ? [] : [{ event: "data", call: now }];
  return same(others(old), others(now)) ? found : [...found, { event: "parties", call: now }];
}

type Standing = AgentView["connection"] | "calling";

/** Until somebody has answered, an agent's own call is on its way, though its telephone is up and a queue's music plays. */
const UNANSWERED: ShownPhase[] = ["calling", "flow", "queue", "callback", "voicemail"];

const standing = ({ agent, call }: Seen): Standing => {
  const connection = (call && agent?.connection) || null;
  return connection && call && UNANSWERED.includes(call.phase) ? "calling" : connection;
};

function step(before: Standing, after: Standing) {
  // A telephone that is called again talks on, or is on hold still, for all the page around knows.
  if (before === after || after === "reconnecting" || before === "reconnecting") {
    return before === "reconnecting" && after === null ? "ended" : null;
  }
  if (after === null) return "ended";
  if (after === "alerting") return "ringing";
  if (after === "calling") return before === null ? "calling" : null;
  if (after === "hold") return "held";
  return before === "hold" ? "retrieved" : "answered";
}
