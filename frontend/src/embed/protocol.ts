import type { InteractionView, PartyView } from "../link/messages";
import type { Reason } from "../softphone/coming";
import type { ShownPhase } from "../softphone/part";

/**
 * What the softphone in a frame and the page around it say to each other by `postMessage`. Documented for other makers in
 * docs/guide/integrator.*.md; `callbase: 1` marks our messages among others'.
 */

export const MARK = 1;

/** A call as the page around sees it. */
export interface EmbeddedCall {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  /** Of whom the call is with: the customer, or within the house an agent or a queue. */
  number: string;
  called: string;
  queue: string | null;
  /** As this agent lives it. */
  phase: ShownPhase;
  /** Why it is this agent's; null: it simply came, or the agent made it. */
  reason: Reason | null;
  /** The agent who consults, invites, transferred or sent it on. */
  from: EmbeddedAgent | null;
  /** Of the agent's own consultation. */
  consultation: InteractionView["consultation"];
  /** Who is in it, the agent included. */
  parties: EmbeddedParty[];
  customer: { id: string; name: string; company: string; level: string } | null;
  /** Attached data. */
  data: Record<string, string>;
}

export interface EmbeddedAgent {
  agent: string;
  name: string;
}

/** `party` names it in `drop`. `consulted`: is asked beside the call, or rings to join it. */
export type EmbeddedParty = PartyView & { name: string };

/** What `pick_up` can take: a parked call, or what rings for a colleague. */
export type ToPickUp = { call: string; number: string; queue: string | null } | EmbeddedAgent;

/** Whom to call: a number as it is dialled (an agent's id is one), or one of these. */
export type EmbedTo = string | { number: string } | { agent: string } | { queue: string };

export type EmbedEvent =
  /** The frame is there; the page answers with `connect`. Says nothing of anybody, for it goes to whoever frames it. */
  | { event: "loaded" }
  | { event: "session"; signed_in: boolean; agent: string; name: string }
  | { event: "agent"; state: string; reason: string | null; next_state: string | null }
  | {
      event: "calling" | "ringing" | "answered" | "held" | "retrieved" | "ended" | "data" | "parties" | "finished";
      call: EmbeddedCall;
    }
  | { event: "to_pick_up"; waiting: ToPickUp[] };

export type EmbedCommand =
  | { do: "connect" }
  | { do: "dial"; number: EmbedTo }
  | { do: "consult" | "transfer" | "join" | "deflect"; to: EmbedTo }
  | { do: "complete" | "alternate" | "conference" | "reconnect" | "park" | "leave" }
  | { do: "drop"; party: string }
  | { do: "pick_up"; what: { call: string } | { agent: string } }
  | { do: "digits"; digits: string }
  | { do: "answer" | "reject" | "hang_up" | "hold" | "retrieve" | "ready" }
  | { do: "not_ready"; reason?: string | null }
  | { do: "set_data"; data: Record<string, string | null> }
  | { do: "finish"; outcome?: string; note?: string };

/** From the page to the frame. */
export type ToFrame = { callbase: typeof MARK; id: string } & EmbedCommand;

/** From the frame to the page. */
export type ToPage =
  | ({ callbase: typeof MARK } & EmbedEvent)
  | { callbase: typeof MARK; reply: string; error: { code: string; message: string } | null };
