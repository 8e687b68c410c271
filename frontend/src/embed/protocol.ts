/**
 * What the softphone in a frame and the page around it say to each other by `postMessage`. Documented for other makers in
 * docs/guide/integrator.*.md; `callbase: 1` marks our messages among others'.
 */

export const MARK = 1;

/** A call as the page around sees it. */
export interface EmbeddedCall {
  id: string;
  direction: "inbound" | "outbound" | "internal";
  number: string;
  called: string;
  queue: string | null;
  customer: { id: string; name: string; company: string; level: string } | null;
  /** Attached data. */
  data: Record<string, string>;
}

export type EmbedEvent =
  /** The frame is there; the page answers with `connect`. Says nothing of anybody, for it goes to whoever frames it. */
  | { event: "loaded" }
  | { event: "session"; signed_in: boolean; agent: string; name: string }
  | { event: "agent"; state: string; reason: string | null; next_state: string | null }
  | {
      event: "ringing" | "answered" | "held" | "retrieved" | "ended" | "data" | "finished";
      call: EmbeddedCall;
    };

export type EmbedCommand =
  | { do: "connect" }
  | { do: "dial"; number: string }
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
