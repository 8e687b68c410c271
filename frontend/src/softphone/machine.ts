/**
 * The browser telephone as a pure state machine: events go in, the new state and what is to be done come out.
 * The telephone has a registration and at most one call; a second INVITE is declined as busy (the ACD offers one
 * at a time), except where it asks to be answered by itself: then the platform brings the call back.
 */

export type Registration = "off" | "connecting" | "registered" | "lost" | "elsewhere";

export type MicrophoneState = "unknown" | "asking" | "granted" | "denied" | "missing" | "insecure";

/** announced: it is here, and rings once the customer's card is on the screen. */
export type CallPhase = "announced" | "ringing" | "answering" | "calling" | "early" | "talking";

export interface PhoneCall {
  id: string;
  direction: "incoming" | "outgoing";
  phase: CallPhase;
  remote: string;
  muted: boolean;
  /** The platform brought this call back (or the agent answered elsewhere): it is answered without ringing. */
  autoAnswer: boolean;
  answeredAtMs: number | null;
  /** The platform's name for what this call is part of. */
  interaction: string | null;
  /** With the switch's echo, to hear oneself. Gives way to whatever comes. */
  test: boolean;
}

export interface PhoneState {
  registration: Registration;
  /** Consecutive failures to register, for the back-off. */
  failures: number;
  failure: string | null;
  microphone: MicrophoneState;
  call: PhoneCall | null;
  /** The agent pressed answer before the INVITE had arrived. */
  answerWanted: boolean;
  /** Why the last call ended, a JsSIP cause; null while there is none or after a normal end. */
  lastFailure: string | null;
  /** The browser refused to play sound until the page is clicked. */
  soundBlocked: boolean;
}

export type PhoneEvent =
  | { type: "start" }
  | { type: "stop" }
  | { type: "taken_elsewhere" }
  | { type: "transport_lost" }
  | { type: "registered" }
  | { type: "registration_failed"; cause: string }
  | { type: "retry_due" }
  | { type: "woken" }
  | { type: "microphone"; state: MicrophoneState }
  | { type: "invited"; id: string; remote: string; autoAnswer: boolean; interaction: string | null; muted?: boolean }
  | { type: "card_shown"; id: string }
  | { type: "dial"; id: string; number: string }
  | { type: "test"; id: string; number: string }
  | { type: "progress"; id: string; sound: boolean }
  | { type: "answer"; ifRinging?: boolean }
  | { type: "reject" }
  | { type: "hang_up" }
  | { type: "over" }
  | { type: "established"; id: string; atMs: number }
  | { type: "ended"; id: string; cause: string; failed: boolean }
  | { type: "mute"; on: boolean }
  | { type: "digit"; digit: string }
  | { type: "microphone_changed" }
  | { type: "offer_over" }
  | { type: "sound_blocked" }
  | { type: "sound_unblocked" };

export type PhoneEffect =
  | { do: "open" }
  | { do: "close" }
  | { do: "abandon" }
  | { do: "register" }
  | { do: "retry"; afterMs: number }
  | { do: "cancel_retry" }
  | { do: "show_card"; id: string; interaction: string }
  | { do: "ring" }
  | { do: "ring_back" }
  | { do: "silence" }
  | { do: "answer"; id: string }
  | { do: "terminate"; id: string }
  | { do: "decline"; id: string }
  | { do: "call"; id: string; number: string }
  | { do: "mute"; id: string; on: boolean }
  | { do: "digit"; id: string; digit: string }
  | { do: "change_microphone"; id: string };

export const initialPhone: PhoneState = {
  registration: "off",
  failures: 0,
  failure: null,
  microphone: "unknown",
  call: null,
  answerWanted: false,
  lastFailure: null,
  soundBlocked: false,
};

export interface Step {
  state: PhoneState;
  effects: PhoneEffect[];
}

const RETRIES_MS = [500, 1000, 2000, 4000, 8000, 15000];

export function retryDelayMs(failures: number): number {
  return RETRIES_MS[Math.min(failures, RETRIES_MS.length) - 1] ?? RETRIES_MS[0]!;
}

export function step(state: PhoneState, event: PhoneEvent): Step {
  switch (event.type) {
    case "start":
      if (state.registration !== "off" && state.registration !== "elsewhere") return same(state);
      return { state: { ...state, registration: "connecting", failures: 0, failure: null }, effects: [{ do: "open" }] };
    case "stop":
      return {
        state: { ...initialPhone, microphone: state.microphone },
        effects: [{ do: "cancel_retry" }, { do: "silence" }, { do: "close" }],
      };
    case "taken_elsewhere":
      return {
        state: { ...initialPhone, microphone: state.microphone, registration: "elsewhere" },
        effects: [{ do: "cancel_retry" }, { do: "silence" }, { do: "abandon" }],
      };
    case "transport_lost":
      // The line reconnects its WebSocket by itself and registers again; a call's audio goes on meanwhile.
      if (!started(state)) return same(state);
      return { state: { ...state, registration: "lost" }, effects: [] };
    case "registered":
      if (!started(state)) return same(state);
      return {
        state: { ...state, registration: "registered", failures: 0, failure: null },
        effects: [{ do: "cancel_retry" }],
      };
    case "registration_failed": {
      if (!started(state)) return same(state);
      const failures = state.failures + 1;
      return {
        state: { ...state, registration: "lost", failures, failure: event.cause },
        effects: [{ do: "retry", afterMs: retryDelayMs(failures) }],
      };
    }
    case "retry_due":
      return started(state) && state.registration !== "registered"
        ? { state, effects: [{ do: "register" }] }
        : same(state);
    case "woken":
      // Whatever the browser believes of its sockets after sleep, registering shows the truth.
      return started(state)
        ? { state: { ...state, failures: 0 }, effects: [{ do: "cancel_retry" }, { do: "register" }] }
        : same(state);
    case "microphone":
      return same({ ...state, microphone: event.state });
    case "invited":
      return invited(state, event);
    case "card_shown":
      return onCall(state, event.id, (call) =>
        call.phase === "announced"
          ? { state: { ...state, call: { ...call, phase: "ringing" } }, effects: [{ do: "ring" }] }
          : same(state),
      );
    case "dial":
    case "test": {
      if (state.call || !started(state)) return same(state);
      const call = { ...newCall(event.id, "outgoing", event.number, "calling"), test: event.type === "test" };
      return {
        state: { ...state, lastFailure: null, call },
        effects: [{ do: "call", id: call.id, number: event.number }],
      };
    }
    case "progress":
      return onCall(state, event.id, (call) => {
        if (call.phase !== "calling") return same(state);
        // Where the far end sends no sound of its own, the telephone makes what one expects to hear (RFC 3960 §3.2).
        const effects: PhoneEffect[] = event.sound ? [] : [{ do: "ring_back" }];
        return { state: { ...state, call: { ...call, phase: "early" } }, effects };
      });
    case "answer":
      if (state.call && unanswered(state.call)) return answering(state, state.call);
      // Only an answer asked for by the agent is kept for an INVITE on its way.
      return same((state.call && !state.call.test) || event.ifRinging ? state : { ...state, answerWanted: true });
    case "reject":
      if (!state.call || !unanswered(state.call)) return same({ ...state, answerWanted: false });
      return { state, effects: [{ do: "silence" }, { do: "decline", id: state.call.id }] };
    case "hang_up":
      if (!state.call) return same(state);
      return { state, effects: [{ do: "silence" }, { do: "terminate", id: state.call.id }] };
    case "over":
      // The platform's call has ended, though no BYE reached this telephone.
      return state.call?.phase === "talking" && state.call.direction === "incoming"
        ? { state, effects: [{ do: "terminate", id: state.call.id }] }
        : same(state);
    case "established":
      return onCall(state, event.id, (call) => ({
        state: { ...state, answerWanted: false, call: { ...call, phase: "talking", answeredAtMs: event.atMs } },
        effects: call.muted ? [{ do: "silence" }, { do: "mute", id: call.id, on: true }] : [{ do: "silence" }],
      }));
    case "ended":
      return onCall(state, event.id, () => ({
        state: { ...state, call: null, answerWanted: false, lastFailure: event.failed ? event.cause : null },
        effects: [{ do: "silence" }],
      }));
    case "mute":
      if (!state.call) return same(state);
      return {
        state: { ...state, call: { ...state.call, muted: event.on } },
        effects: [{ do: "mute", id: state.call.id, on: event.on }],
      };
    case "digit":
      if (state.call?.phase !== "talking" && state.call?.phase !== "early") return same(state);
      return { state, effects: [{ do: "digit", id: state.call.id, digit: event.digit }] };
    case "microphone_changed":
      return state.call?.phase === "talking"
        ? { state, effects: [{ do: "change_microphone", id: state.call.id }] }
        : same(state);
    case "offer_over":
      return same(state.answerWanted ? { ...state, answerWanted: false } : state);
    case "sound_blocked":
      return same({ ...state, soundBlocked: true });
    case "sound_unblocked":
      return same({ ...state, soundBlocked: false });
  }
}

function invited(state: PhoneState, event: Extract<PhoneEvent, { type: "invited" }>): Step {
  const old = state.call;
  if (old?.test) {
    const next = invited({ ...state, call: null }, event);
    return { state: next.state, effects: [{ do: "terminate", id: old.id }, ...next.effects] };
  }
  if (!started(state) || (old && !event.autoAnswer)) return { state, effects: [{ do: "decline", id: event.id }] };
  if (old) return replaced(state, old, event);
  const call: PhoneCall = {
    ...newCall(event.id, "incoming", event.remote, event.interaction ? "announced" : "ringing"),
    autoAnswer: event.autoAnswer,
    muted: event.muted ?? false,
    interaction: event.interaction,
  };
  const here = { ...state, call, lastFailure: null };
  if (event.autoAnswer || state.answerWanted) return answering(here, call);
  const { id, interaction } = event;
  return { state: here, effects: [interaction ? { do: "show_card", id, interaction } : { do: "ring" }] };
}

/** The platform brings a call back on a new leg: the old one is dead on its side, although no BYE may have reached us. */
function replaced(state: PhoneState, old: PhoneCall, event: Extract<PhoneEvent, { type: "invited" }>): Step {
  const { id, remote, interaction } = event;
  const call = { ...newCall(id, "incoming", remote, "ringing"), autoAnswer: true, muted: old.muted, interaction };
  const next = answering(state, call);
  return {
    state: next.state,
    effects: [{ do: "silence" }, { do: "terminate", id: old.id }, { do: "answer", id: call.id }],
  };
}

function answering(state: PhoneState, call: PhoneCall): Step {
  return {
    state: { ...state, answerWanted: false, call: { ...call, phase: "answering" } },
    effects: [{ do: "silence" }, { do: "answer", id: call.id }],
  };
}

function newCall(id: string, direction: PhoneCall["direction"], remote: string, phase: CallPhase): PhoneCall {
  const rest = { muted: false, autoAnswer: false, answeredAtMs: null, interaction: null, test: false };
  return { id, direction, remote, phase, ...rest };
}

function unanswered(call: PhoneCall): boolean {
  return call.phase === "announced" || call.phase === "ringing";
}

function started(state: PhoneState): boolean {
  return state.registration !== "off" && state.registration !== "elsewhere";
}

function onCall(state: PhoneState, id: string, then: (call: PhoneCall) => Step): Step {
  return state.call?.id === id ? then(state.call) : same(state);
}

function same(state: PhoneState): Step {
  return { state, effects: [] };
}
