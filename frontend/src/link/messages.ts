// Written by tools/write_link_protocol.py from callbase/cti/messages.py. Do not edit.

export const PROTOCOL = 2;

/** Why a leg ended. */
export type Cause =
  | "normal"
  | "busy"
  | "no_user_responding"
  | "no_answer"
  | "rejected"
  | "unallocated"
  | "invalid_number"
  | "congestion"
  | "unreachable"
  | "media_lost"
  | "cancelled"
  | "switch_lost"
  | "error";

/**
 * listen: hears both, is heard by nobody; whisper: is heard by the agent only; barge: by both; take_over: talks with the customer
 * in the agent's place.
 */
export type SupervisionMode =
  | "listen"
  | "whisper"
  | "barge"
  | "take_over";

/**
 * flow, queue, talk, hold, conference, voicemail and callback (waiting without the telephone) follow one another
 * and cover the customer's time; offer, consult and wrap_up are an agent's, beside them.
 */
export type SegmentKind =
  | "flow"
  | "queue"
  | "offer"
  | "talk"
  | "hold"
  | "conference"
  | "voicemail"
  | "callback"
  | "consult"
  | "wrap_up";

/** ECMA-269 §6.1.3.3 agent states, with `reserved` for an offer that rings. */
export type AgentState =
  | "logged_off"
  | "not_ready"
  | "ready"
  | "reserved"
  | "busy"
  | "working_after_call";

/** Why an agent became not ready without choosing it. No configured reason has such an id. */
export type AutomaticReason =
  | "signed_in"
  | "no_answer"
  | "rejected"
  | "busy"
  | "unreachable"
  | "no_line"
  | "device_lost"
  | "console_lost"
  | "forced";

export type EndReason =
  | "customer_hung_up"
  | "agent_hung_up"
  | "abandoned"
  | "missed"
  | "flow_ended"
  | "supervisor_ended"
  | "number_unknown"
  | "transferred"
  | "closed"
  | "blocked"
  | "lines_full"
  | "voicemail"
  | "callback_failed"
  | "merged"
  | "overflowed"
  | "failed"
  | "switch_lost";

export type RedirectedBy =
  | "calendar"
  | "black_list"
  | "trunk_group"
  | "flow"
  | "key"
  | "entry"
  | "overflow"
  | "agent"
  | "transfer"
  | "supervisor"
  | "program";

export type SentHow =
  | "transferred"
  | "redirected";

export type RecordingKind =
  | "call"
  | "voicemail";

export type WaitingChange =
  | "relaxed"
  | "ring"
  | "priority"
  | "preferred_over"
  | "preference_dropped"
  | "moved"
  | "place_kept"
  | "closed";

export type PrioritySource =
  | "number"
  | "trunk_group"
  | "red_list"
  | "customer_level"
  | "flow_node"
  | "entry"
  | "queue";

export type SupervisionEnd =
  | "stopped"
  | "changed"
  | "taken_over"
  | "hung_up"
  | "call_over";

export type Difference =
  | "leg_answered"
  | "leg_gone"
  | "leg_unknown"
  | "leg_remains"
  | "leg_alone"
  | "leg_connected"
  | "bridge_unknown"
  | "bridge_remains"
  | "recording_missing"
  | "recording_unknown"
  | "recording_remains";

export type Code =
  | "tenant_unknown"
  | "agent_unknown"
  | "agent_signed_out"
  | "agent_busy"
  | "device_unknown"
  | "device_taken"
  | "device_offline"
  | "device_unanswerable"
  | "interaction_unknown"
  | "interaction_not_yours"
  | "queue_unknown"
  | "reason_unknown"
  | "outcome_unknown"
  | "number_unreachable"
  | "target_impossible"
  | "nobody_ready"
  | "flow_unknown"
  | "conference_full"
  | "party_unknown"
  | "wrong_state"
  | "value_invalid"
  | "out_of_range"
  | "forbidden"
  | "engine_unavailable";

/**
 * First message. On the engine's own port `token` is the installation's internal one and `tenant` must be named ("*": all);
 * at the web's /link the token is an API token, or empty where the browser's session speaks for itself.
 */
export interface Hello {
  type: "hello";
  protocol?: number;
  token?: string;
  tenant?: string;
  /** Whether facts are wanted too, besides the state. */
  facts?: boolean;
  /** This connection's page is the agent's telephone: when it goes, so does the telephone (ConsoleLost). */
  softphone?: boolean;
  /**
   * This connection shows the agent its calls, and says CardShown of each: the agent's desk phone or outside number rings then,
   * or after a second. (A browser's telephone waits by itself.)
   */
  cards?: boolean;
}

/** `actor` and `tenant` count only on the engine's own port; the gateway fills them in from who is signed in. */
export interface RequestMessage {
  type: "request";
  id: string;
  action: AnyAction;
  tenant?: string;
  actor?: string;
}

/** Signs an agent in to a device (CSTA SetAgentState loggedOn); not ready at first. Repeating it moves to the device. */
export interface SignIn {
  type: "SignIn";
  agent: string;
  device?: string | null;
}

/**
 * After the present call, if there is one; with `now`, which is for who supervises, at once: its customer goes to the head of
 * the queue, to be served by another. Of a call of no queue, who came in goes through the flow of the number again, an outside
 * party whom the agent called waits in the agent's first queue, and whoever has neither hears so before the call ends.
 */
export interface SignOut {
  type: "SignOut";
  agent: string;
  now?: boolean;
}

/**
 * Signs the agent out and in again, at the device named or else the one it has: what was left over of its session is gone,
 * such as a wrap-up, a break asked for, queues a supervisor moved it to. What rings for it goes on to the next; refused
 * (agent_busy) while it is in a call. Not ready afterwards, as after any sign-in.
 */
export interface RestartSession {
  type: "RestartSession";
  agent: string;
  device?: string | null;
}

export interface SetReady {
  type: "SetReady";
  agent: string;
}

/** While on a call: once the call and its wrap-up are over. */
export interface SetNotReady {
  type: "SetNotReady";
  agent: string;
  reason?: string | null;
}

/** Answers what rings at the agent's telephone (CSTA AnswerCall). */
export interface AnswerCall {
  type: "AnswerCall";
  agent: string;
}

/** Declines the offer; the caller is offered to the next. The agent becomes not ready. */
export interface RejectCall {
  type: "RejectCall";
  agent: string;
}

/** Hangs up: releases the agent's call, the customer with it (CSTA ClearCall). */
export interface ClearCall {
  type: "ClearCall";
  agent: string;
}

/** The other party hears music. In a conference only the agent steps aside, and the others talk on. */
export interface HoldCall {
  type: "HoldCall";
  agent: string;
}

export interface RetrieveCall {
  type: "RetrieveCall";
  agent: string;
}

/**
 * Calls somebody (CSTA MakeCall): the agent's own telephone first, which answers by itself where it can, then `to`.
 *
 * An outside party is the customer of the call, which is recorded and worked after as `queue` has it; None: the first queue the
 * agent serves. Within the house the agent is the caller and, in a queue or a flow, treated like any. The agent must be ready or
 * not ready, and is that again afterwards.
 */
export interface MakeCall {
  type: "MakeCall";
  agent: string;
  to: ToAgent | ToQueues | ToFlow | ToNumber;
  queue?: string | null;
}

/** To one agent, and nobody else. */
export interface ToAgent {
  type: "agent";
  agent: string;
}

/**
 * To other queues. `also`: it keeps its place here and stands in those too, whoever is free first; else it leaves here
 * for the first of them.
 */
export interface ToQueues {
  type: "queues";
  queues: string[];
  also?: boolean;
}

export interface ToFlow {
  type: "flow";
  flow: string;
}

/** To an outside number, by that trunk or the first with room. */
export interface ToNumber {
  type: "number";
  /** Digits, * and #, with a + in front if need be, at most 40; a number of ours is its flow. Or an agent or telephone. */
  number: string;
  trunk?: string | null;
  /** From 3 to 300. */
  timeout_s?: number;
}

/**
 * Has the system call an outside number for a queue (CSTA MakePredictiveCall): who answers comes to that queue like a caller,
 * by its opening hours, overflow and entry rules, and is served, recorded and counted like any; nobody is kept for the call
 * before. The reply's `answer` names the interaction. Who is not reached makes it end as failed, with the cause, after
 * `to.timeout_s` at the latest. `caller_number`: the one of ours that is shown there; None: the first.
 */
export interface MakePredictiveCall {
  type: "MakePredictiveCall";
  queue: string;
  to: ToNumber;
  caller_number?: string | null;
}

/**
 * Sends keys to the other party of the agent's talk, or to whom it consults (CSTA GenerateDigits, RFC 4733): 0-9, *, # and
 * A-D, at most 32. In a conference they go to the customer, or, where the caller is an agent, to the first who is not; or to the
 * `party` of that id in the call's view, one who is outside.
 */
export interface GenerateDigits {
  type: "GenerateDigits";
  agent: string;
  digits: string;
  party?: string | null;
}

/**
 * Sends what rings at the agent's telephone elsewhere, unanswered (CSTA DeflectCall); the agent keeps its turn. A caller of a
 * queue sent to an agent who is ready keeps the place and is that agent's alone for a time; at one who is not ready it rings at
 * once, as a transfer does. Sent to that queue again it is everybody's. What was transferred, or rings by a
 * flow, goes where it would have gone from here if nobody takes it there. (A caller who waits: see Reroute.)
 */
export interface DeflectCall {
  type: "DeflectCall";
  agent: string;
  to: ToAgent | ToQueues | ToFlow | ToNumber;
}

/**
 * Takes what rings at the telephone of the colleague `of`, or the parked `interaction` (CSTA DirectedPickupCall): the agent's
 * own telephone is called and answers by itself. Exactly one of the two. The agent must serve the call's queue, or one together
 * with the colleague or who parked it.
 */
export interface DirectedPickupCall {
  type: "DirectedPickupCall";
  agent: string;
  of?: string | null;
  interaction?: string | null;
}

/**
 * Leaves the call: the other party is parked and hears music until somebody picks it up (CSTA ParkCall). After a minute, or
 * as long as the centre has it, it goes back to this agent, and if that cannot take it to the head of its queue; of no queue, it
 * is brought back some times more, and goes on as when an agent is signed out by force (SignOut).
 */
export interface ParkCall {
  type: "ParkCall";
  agent: string;
}

/**
 * Calls somebody beside the agent's call, whose customer is on hold meanwhile and hears music (CSTA ConsultationCall); who
 * leads a conference steps aside for it, and the others talk on.
 *
 * Of a queue, the agents it would ring for the call itself ring, one after the other; while none is free the agent waits, with
 * music, by the turn the call would have there. That lasts two minutes at most, and is refused (`nobody_ready`) where nobody
 * else is signed in. Who is called has the call's customer and data on the screen from the ringing on. If nobody answers, or
 * the called party hangs up, the agent has the customer back.
 */
export interface ConsultationCall {
  type: "ConsultationCall";
  agent: string;
  to: ToAgent | ToQueues | ToFlow | ToNumber;
}

/**
 * Ends the consultation, ringing or talking, and takes the customer back; or takes back who was asked to join and still rings
 * (CSTA ReconnectCall).
 */
export interface ReconnectCall {
  type: "ReconnectCall";
  agent: string;
}

/** Changes between the customer and the consulted party; the other one is on hold and hears music (CSTA AlternateCall). */
export interface AlternateCall {
  type: "AlternateCall";
  agent: string;
}

/**
 * Connects the customer with the consulted party and leaves (CSTA TransferCall). While that one still rings, the customer
 * waits for the answer in the agent's place; while the agent waits in a queue, the customer takes a place there.
 */
export interface TransferCall {
  type: "TransferCall";
  agent: string;
}

/** Customer, agent and consulted party talk together (CSTA ConferenceCall). */
export interface ConferenceCall {
  type: "ConferenceCall";
  agent: string;
}

/**
 * Sends the customer there and leaves (CSTA SingleStepTransferCall). If nobody takes it, the customer goes to the head of the
 * queue it came from, to this agent before all others; of no queue, it rings at this agent, at once and then as if parked.
 */
export interface SingleStepTransferCall {
  type: "SingleStepTransferCall";
  agent: string;
  to: ToAgent | ToQueues | ToFlow | ToNumber;
}

/** Calls somebody who joins the talk by answering; the talk goes on meanwhile (CSTA SingleStepConferenceCall). */
export interface SingleStepConferenceCall {
  type: "SingleStepConferenceCall";
  agent: string;
  to: ToAgent | ToQueues | ToFlow | ToNumber;
}

/**
 * Takes a party out of a conference (CSTA ClearConnection): the agent itself, or the `party` of that id in the call's view,
 * but not the customer. The others talk on.
 */
export interface ClearConnection {
  type: "ClearConnection";
  agent: string;
  party?: string | null;
}

/** Chooses the result of the agent's present or just finished call, or notes something on it; a None leaves that as it is. */
export interface SetOutcome {
  type: "SetOutcome";
  agent: string;
  interaction: string;
  outcome?: string | null;
  note?: string | null;
}

export interface FinishWrapUp {
  type: "FinishWrapUp";
  agent: string;
}

/** Sets attached data; a None removes a key. A call may have 100 keys of 100 characters, each with 4,000. */
export interface SetData {
  type: "SetData";
  interaction: string;
  data: Record<string, string | null>;
}

/** What is attached to a call, in the reply's `answer`. Changes nothing; `keys`: these only, as far as they are there. */
export interface GetData {
  type: "GetData";
  interaction: string;
  keys?: string[] | null;
}

/** Removes all attached data. */
export interface ClearData {
  type: "ClearData";
  interaction: string;
}

/**
 * How the call has sounded so far at the agent's telephone, as that measured it; said again now and then, and within half a
 * minute of the agent's part in it; the last counts.
 * Means since `started_ms`, when the telephone answered; of the two directions the worse.
 */
export interface ReportQuality {
  type: "ReportQuality";
  agent: string;
  interaction: string;
  /** From 0 to 9007199254740992. */
  started_ms: number;
  /** From 0 to 60000. */
  jitter_ms: number;
  /** Share of packets that did not arrive. From 0 to 1. */
  loss: number;
  /** What people would say of it, 1 (bad) to 5: an estimate (ITU-T G.107). From 1 to 5. */
  mos: number;
  /** Of the worst second. From 1 to 5. */
  lowest_mos: number;
  /** Round trip to the switch; None where the telephone does not know. From 0 to 60000. */
  rtt_ms?: number | null;
}

/** The agent's browser is gone without a word (laptop closed, tab reloaded). Said by the engine for all web processes. */
export interface ConsoleLost {
  type: "ConsoleLost";
  agent: string;
}

/** The agent's browser is here (again) and its telephone about to register. Said by the engine. */
export interface ConsoleBack {
  type: "ConsoleBack";
  agent: string;
}

/** A supervisor ends an interaction. */
export interface ReleaseInteraction {
  type: "ReleaseInteraction";
  interaction: string;
}

/** A supervisor has an agent serve these queues instead of its own, until it signs out; None: its own again. */
export interface MoveAgent {
  type: "MoveAgent";
  agent: string;
  queues: string[] | null;
}

/**
 * A supervisor gives a waiting interaction another priority in its queue, all that adds to it included; or `first`: the one
 * that puts it before everybody in that queue, but for those who come back from a lost agent. Exactly one of the two.
 */
export interface Reprioritize {
  type: "Reprioritize";
  interaction: string;
  /** From -1000 to 1000. */
  priority?: number | null;
  first?: boolean | null;
}

/**
 * A supervisor puts a waiting interaction into another queue, where its age counts, or has it wait for one agent while that
 * is signed in; into its own queue: for that agent no longer. Or sends it `to` one of these, a flow or a number. Exactly one of
 * the three.
 */
export interface Reroute {
  type: "Reroute";
  interaction: string;
  queue?: string | null;
  agent?: string | null;
  to?: ToAgent | ToQueues | ToFlow | ToNumber | null;
}

/**
 * Says where a call goes whose flow asks a program, as its view's `asks` shows (CSTA RouteSelect). `to` None: that is left to
 * the flow. Where it cannot go there another may be said; the first of several programs has its way.
 */
export interface SelectRoute {
  type: "SelectRoute";
  interaction: string;
  /** The `id` of what it asks. */
  asked: string;
  to?: ToAgent | ToQueues | ToFlow | ToNumber | null;
}

/** A supervisor's own telephone is called and joins the call an agent is in; asked again it changes how, or to whom. */
export interface Supervise {
  type: "Supervise";
  /** Whose call. */
  agent: string;
  /** Who supervises: an agent, too, signed in and in no call of its own. */
  supervisor: string;
  mode?: SupervisionMode;
}

/** The supervisor's telephone leaves the agent's call, which goes on. */
export interface StopSupervising {
  type: "StopSupervising";
  agent: string;
  supervisor: string;
}

/** Why is this agent not getting calls? Changes nothing; the reply's `answer` says it. */
export interface ExplainAgent {
  type: "ExplainAgent";
  agent: string;
}

/** Asks for a new snapshot. */
export interface Resubscribe {
  type: "resubscribe";
}

/**
 * Asks whether the server is still there, for clients that cannot see a WebSocket's own pings, as pages in a browser cannot:
 * a network that takes everything and brings nothing looks like one on which nothing happens.
 */
export interface Ping {
  type: "ping";
}

/**
 * The interaction the agent is at is on its screen; empty: it is at none. Said whenever that changes. `tenant` and `agent`
 * are filled in by the gateway.
 */
export interface CardShown {
  type: "card_shown";
  interaction: string;
  tenant?: string;
  agent?: string;
}

/**
 * From a gateway to the engine, refused elsewhere: the agent's first page that shows cards has come there, or the last one
 * has gone.
 */
export interface CardPage {
  type: "card_page";
  tenant: string;
  agent: string;
  open: boolean;
}

/** From a gateway to the engine, like the next two; refused elsewhere. */
export interface ConsoleOpened {
  type: "console_opened";
  console: Console;
}

/** A page that is an agent's telephone. */
export interface Console {
  tenant: string;
  agent: string;
  /** Drawn by the gateway, another for each page. */
  id: string;
}

export interface ConsoleClosed {
  type: "console_closed";
  console: Console;
  /** The connection broke, so the page may be back in a moment; else it said goodbye. */
  broken?: boolean;
}

/** All that a gateway has, after it has connected. */
export interface OpenConsoles {
  type: "open_consoles";
  consoles?: Console[];
}

/** All a client may see, now. `now_ms` is the engine's clock, for clients to correct theirs by. */
export interface Snapshot {
  type: "snapshot";
  /**
   * The last number used: the next numbered message bears the one after it. Where it is beyond the next expected, messages
   * in between were left out; the state has all they changed, and what their facts tell of calls is in the API's interactions.
   */
  seq: number;
  now_ms: number;
  protocol: number;
  state: TenantView;
  /** The agent this connection speaks for, where it is one. */
  you: string;
}

export interface TenantView {
  tenant: string;
  config_version: number;
  agents: Record<string, AgentView>;
  interactions: Record<string, InteractionView>;
  queues: Record<string, QueueView>;
  trunks: Record<string, TrunkView>;
  switch_online: boolean;
  /** Of ours, that can be called; told to who sees all queues. */
  numbers: string[];
}

export interface AgentView {
  agent: string;
  name: string;
  state: AgentState;
  reason: string | null;
  since_ms: number;
  device: string | null;
  device_online: boolean;
  devices_online: string[];
  /** What the agent is offered, talks in, or works after. */
  interaction: string | null;
  /** What the agent asked to become when the call is over. */
  next_state: "logged_off" | "not_ready" | "ready" | null;
  /** Which it serves now. */
  queues: string[];
  /** These are not its own: a supervisor moved it for a time. */
  moved: boolean;
  wrap_up_until_ms: number | null;
  /** The agent's connection in its call (ECMA-269 §6.1.5). */
  connection: "alerting" | "connected" | "hold" | "reconnecting" | null;
  console_online: boolean;
  /** What it is at as a supervisor; busy by that, in no call of its own. */
  supervises: SupervisionView | null;
  /** Who is at its call; those it may not know of are told to supervisors only. */
  supervised_by: SupervisionView[];
  /**
   * Whom it called last without reaching anybody, for a call of its own or beside one; told to the agent itself and to who sees
   * what agents are working on.
   */
  unreached: UnreachedView | null;
  /** supervisor: may act for other agents. */
  type: "agent" | "supervisor";
  /** What was done last to a call it was in; told to whom `unreached` is told. */
  intervention: InterventionView | null;
  /** Where `device` is an outside number: that. Told to the agent itself, and to who has it in reach and sees its work. */
  device_number: string;
  /** A caller rings at its telephone whom a colleague may pick up (DirectedPickupCall). */
  rings_for_all: boolean;
  /**
   * Since when it has been talking in the call it is busy with, holds included; None until whom it called, or who calls it, is
   * there. (`since_ms`: since when it is busy by it.)
   */
  connected_since_ms: number | null;
  /** In its present call. Told to the agent itself, and to who has it in reach and sees its work. */
  digits_sent: DigitsSentView | null;
}

/** A supervisor at an agent's call. */
export interface SupervisionView {
  supervisor: string;
  agent: string;
  interaction: string;
  mode: SupervisionMode;
  /** Its telephone has answered. */
  connected: boolean;
  since_ms: number;
  /** The agent is told of it, as the tenant wants it. */
  shown: boolean;
}

/** Whom an agent called in vain, and why. */
export interface UnreachedView {
  interaction: string;
  /** As it was called: an agent's id, or the number. */
  number: string;
  cause: Cause;
  /** It was the agent's own telephone, called first, that did not answer. */
  own_telephone: boolean;
  at_ms: number;
}

/**
 * What another did to a call that an agent was in: a supervisor took it over or ended it, or who leads a conference took the
 * agent out of it.
 */
export interface InterventionView {
  what: "call_ended" | "taken_out" | "taken_over";
  interaction: string;
  /** The agent who did it; None where it was nobody who is one. */
  by: string | null;
  at_ms: number;
}

/** The keys an agent sent last in its call (GenerateDigits), and how many times it has sent any there. */
export interface DigitsSentView {
  digits: string;
  times: number;
}

export interface InteractionView {
  interaction: string;
  channel: "voice";
  direction: "inbound" | "internal" | "outbound";
  phase: "callback" | "conference" | "dialing" | "flow" | "hold" | "offer" | "parked" | "queue" | "reconnecting" | "talk" | "voicemail" | "wrap_up";
  caller_number: string;
  called_number: string;
  trunk: string | null;
  language: string;
  customer: Customer | null;
  data: Record<string, string>;
  queue: string | null;
  /** Other queues it stands in besides, whoever is free first. */
  also_in: string[];
  /**
   * Place in line, 1 is the head; None when not waiting, while being offered, and beyond the hundredth place. Where somebody
   * before it has come or gone this is told half a second later at the latest.
   */
  position: number | null;
  priority: number;
  agent: string | null;
  outcome: string | null;
  /** What its agent wrote on it. */
  note: string;
  started_ms: number;
  phase_since_ms: number;
  recording: string | null;
  /** Waits to be called back, is being called back, or was. */
  callback: boolean;
  /** The customer first, then the agent who leads, then the others, last who is consulted; nobody who only rings for it. */
  parties: PartyView[];
  /** What its flow asks programs. */
  asks: AsksView | null;
  /** The number being called for the caller, by an agent or a rule; None where nobody is, or a signed-in agent's telephone. */
  dialled: string | null;
  /**
   * waiting: for an agent of a queue, and nobody is consulted yet; alerting, connected: the customer is on hold
   * meanwhile; held: the consulted party is; joining: rings to come into the talk.
   */
  consultation: "alerting" | "connected" | "held" | "joining" | "waiting" | null;
  /** The same from its beginning to its end. */
  consultation_id: string | null;
  /** Whose agents are asked, where a queue is consulted. */
  consultation_queue: string | null;
  /** The last time an agent sent it on. */
  sent: SentView | null;
  /** The queue that the system called it for, with no agent (MakePredictiveCall). */
  called_for: string | null;
  /** When it entered its queue, whatever has rung for it since; None when it does not wait. */
  waits_since_ms: number | null;
  /** Is called back only once its queue is open again. */
  until_open: boolean;
}

/** What an agent's screen shows before it rings. */
export interface Customer {
  id: string;
  name: string;
  number?: string;
  level?: string;
  company?: string;
  notes?: string;
}

/**
 * Who is in a call. `party` names it in ClearConnection and GenerateDigits while the call goes on, until it is called
 * again.
 */
export interface PartyView {
  party: string;
  kind: "agent" | "customer" | "number";
  agent: string | null;
  /** The customer's, or the one called; empty of an agent. */
  number: string;
  connection: "alerting" | "connected" | "hold" | "reconnecting";
  /** Is consulted, or asked to join and rings: not yet in the talk. */
  consulted: boolean;
}

/** Where the call goes is asked of programs; SelectRoute answers. */
export interface AsksView {
  id: string;
  device: string;
  /** Then the flow goes on by its own way. */
  until_ms: number;
}

/** Which agent sent a call where it is: out of the talk with it, or unanswered (DeflectCall). */
export interface SentView {
  by: string;
  how: SentHow;
}

export interface QueueView {
  queue: string;
  waiting: number;
  /** When the longest waiting one entered. */
  oldest_since_ms: number | null;
  signed_in: number;
  ready: number;
  /** Reserved, talking, or working after a call. */
  busy: number;
  not_ready: number;
  offered_today: number;
  answered_today: number;
  abandoned_today: number;
  /** Answered within the queue's `service_level_s`. Service level = this / (answered + abandoned). */
  within_service_level_today: number;
  /** Of those answered in the latest `measure_over_s` of the queue; None where nobody was. */
  average_wait_ms: number | null;
  /** 0…1, over the same time; None where nobody was answered or gave up. */
  service_level: number | null;
  /** Of one who comes now; None where it is not known. */
  expected_wait_ms: number | null;
  /** Overflow rules that hold now. */
  overflowing: string[];
  /** Whom the system called for it last without reaching anybody (MakePredictiveCall). */
  unreached: UnreachedView | null;
}

export interface TrunkView {
  trunk: string;
  calls: number;
  group: string | null;
  /** Lines its group has open for the agents signed in now, on all its trunks together; None: all there are. */
  lines_open: number | null;
}

/**
 * Replace what is named; an id in `removed_interactions` (or `removed_…`) is to be dropped. One event, one Change; but how
 * callers have moved in their line is told twice a second, in one of its own, and an agent's own connection is told what
 * concerns other agents, and its queues' figures, together for several events (with a thousand agents connected, once a
 * second), and at once what concerns itself. Of other agents it is told then what may have changed, in `changed_agents`, not
 * the whole.
 */
export interface Change {
  type: "change";
  seq: number;
  now_ms: number;
  tenant: string;
  agents: AgentView[];
  /** Of agents known already: the fields of AgentView to be replaced, by the agent's id. */
  changed_agents: Record<string, Record<string, unknown>>;
  interactions: InteractionView[];
  queues: QueueView[];
  trunks: TrunkView[];
  removed_agents: string[];
  removed_interactions: string[];
  removed_queues: string[];
  removed_trunks: string[];
  config_version: number | null;
  switch_online: boolean | null;
}

/** To a client that follows all tenants ("*"): this one is no more. */
export interface TenantRemoved {
  type: "tenant_removed";
  seq: number;
  tenant: string;
}

export interface FactMessage {
  type: "fact";
  seq: number;
  tenant: string;
  fact: AnyFact;
}

export interface InteractionStarted {
  type: "InteractionStarted";
  interaction: string;
  channel: "voice";
  direction: "inbound" | "internal" | "outbound";
  caller_number: string;
  called_number: string;
  trunk: string | null;
  language: string;
  tenant: string;
  at_ms: number;
}

export interface CustomerIdentified {
  type: "CustomerIdentified";
  interaction: string;
  customer: Customer;
  tenant: string;
  at_ms: number;
}

/** The customer's part is over. An agent's wrap-up may go on after it. */
export interface InteractionEnded {
  type: "InteractionEnded";
  interaction: string;
  reason: EndReason;
  cause: Cause;
  started_ms: number;
  /** When an agent first answered. */
  answered_ms: number | null;
  /** Last queue. */
  queue: string | null;
  /** Last agent who talked. */
  agent: string | null;
  language: string;
  queue_ms: number;
  talk_ms: number;
  hold_ms: number;
  tenant: string;
  at_ms: number;
}

export interface SegmentStarted {
  type: "SegmentStarted";
  interaction: string;
  segment: string;
  kind: SegmentKind;
  queue?: string | null;
  agent?: string | null;
  flow?: string | null;
  /** Of a queue: the wait foretold on entering; None where it was not known. */
  expected_ms?: number | null;
  /** Of a consult: the agent or number called; None where a queue has to find somebody first. */
  party?: string | null;
  tenant: string;
  at_ms: number;
}

/**
 * `result` of an offer: answered, answered_elsewhere, no_answer, rejected, busy, unreachable, withdrawn; of a queue:
 * answered, abandoned, left, callback; of a callback: answered, given_up, merged, abandoned, left; of a consult: transferred,
 * conference, cancelled, ended, no_answer, rejected, busy, unreachable; of talk, hold or conference: ended, transferred (its
 * agent sent the customer on); of any other: ended.
 */
export interface SegmentEnded {
  type: "SegmentEnded";
  interaction: string;
  segment: string;
  kind: SegmentKind;
  result: string;
  started_ms: number;
  queue?: string | null;
  agent?: string | null;
  flow?: string | null;
  /** Of a consult: whom it was with, or who was rung last. */
  party?: string | null;
  tenant: string;
  at_ms: number;
}

export interface AgentStateChanged {
  type: "AgentStateChanged";
  agent: string;
  state: AgentState;
  /** Why not ready: a configured reason's id, or an `AutomaticReason`; why logged off: forced, where the agent did not ask. */
  reason: string | null;
  device: string | null;
  interaction: string | null;
  previous: AgentState;
  previous_since_ms: number;
  previous_reason: string | null;
  /** Who asked; "system" where the platform did it. */
  actor: string;
  tenant: string;
  at_ms: number;
}

/** From now on it serves these queues: `for_now` instead of its own, or its own again. */
export interface AgentMoved {
  type: "AgentMoved";
  agent: string;
  queues: string[];
  for_now: boolean;
  actor: string;
  tenant: string;
  at_ms: number;
}

/** One decision: who got the interaction, and why each other member did not. `chosen` None: nobody was free. */
export interface RoutingExplained {
  type: "RoutingExplained";
  interaction: string;
  queue: string;
  /** The algorithm, e.g. "longest_idle". */
  rule: string;
  chosen: string | null;
  chosen_idle_ms: number | null;
  waited_ms: number;
  /** Place in line, 1 is the head. */
  position: number;
  priority: number;
  /** All others of a queue of up to 50 members, else the 10 nearest to being chosen; nearest first. */
  passed_over: PassedOver[];
  passed_over_count: number;
  /** Who rang with it, where all ring at once. */
  chosen_also?: string[];
  /** What the rule goes by, of the chosen: e.g. calls, talk_ms. */
  figures?: Record<string, string>;
  /** Skill → least level, as it was then, after what had been relaxed. */
  requires?: Record<string, number>;
  /** The agent it was kept for. */
  preferred?: string | null;
  /** How many of the queue's members were in which state. */
  states?: Record<string, number>;
  tenant: string;
  at_ms: number;
}

/**
 * Why a member of the queue was not chosen: signed_out, not_ready, busy, reserved, working_after_call, device_offline,
 * already_tried, less_idle, lower_priority, or what the rule goes by: less_average_idle, more_talk_time,
 * more_average_talk_time, more_calls, lower_skill, higher_skill, later_in_order, not_its_turn, not_last_served, not_drawn,
 * too_many_ringing; skill_missing, ring_not_reached, not_preferred.
 */
export interface PassedOver {
  agent: string;
  why: string;
  data?: Record<string, string>;
}

/**
 * Something by which a waiting interaction is routed became other than it was.
 *
 * relaxed: `skill` is enough at `level` (0: not required), `before` was; ring: members up to `priority` and from `level` on;
 * priority: `added` for `why` (customer_level, supervisor, or a rule), and what it is now in that queue; preferred_over: `agent`
 * is no longer waited for, `why`: timed_out, signed_out, not_taken, removed, moved; preference_dropped: `agent` was not waited
 * for at all, `why`: signed_out, removed, skill_missing; moved: a supervisor put it there from the queue `from`, or had it wait
 * for `agent`; place_kept: its caller waited there as `interaction` when the switch failed, and counts as having come
 * when that one did, at `arrival_ms`; closed: is called back only once the queue is open again.
 */
export interface WaitingChanged {
  type: "WaitingChanged";
  interaction: string;
  queue: string;
  what: WaitingChange;
  data: Record<string, string>;
  actor: string;
  tenant: string;
  at_ms: number;
}

/** A flow's caller reached a node, or pressed a key there. */
export interface FlowStep {
  type: "FlowStep";
  interaction: string;
  flow: string;
  version: number;
  node: string;
  node_type: string;
  digit?: string | null;
  port?: string | null;
  tenant: string;
  at_ms: number;
}

/** A rule sent it somewhere. */
export interface Redirected {
  type: "Redirected";
  interaction: string;
  by: RedirectedBy;
  /**
   * Id of the overflow rule, calendar, caller list or trunk group, a flow's node, the key pressed, the agent who did it, or
   * what a program was asked for.
   */
  rule: string;
  /** The queue it waited in, or was about to enter. */
  queue: string | null;
  /** Kind of target: queues, agent, flow, voicemail, callback, number, goodbye. */
  target: string;
  /** The queue, agent, flow or number. */
  to: string;
  /** Fields of the rule's condition, and their values when it held. */
  measured?: Record<string, string>;
  /** Of an overflow rule whose condition no longer held, and which was on still. */
  on_since_ms?: number | null;
  tenant: string;
  at_ms: number;
}

/**
 * Something put it ahead (or, below nought, back): `rule` of the kind `source`. `priority`: what it is with that; of a queue:
 * in that queue's line.
 */
export interface PriorityAdded {
  type: "PriorityAdded";
  interaction: string;
  source: PrioritySource;
  rule: string;
  added: number;
  priority: number;
  tenant: string;
  at_ms: number;
}

/** A flow's node chose how to go on. `checks`: all it looked at until then, in order. */
export interface Decided {
  type: "Decided";
  interaction: string;
  flow: string;
  node: string;
  port: string;
  next: string | null;
  checks: Check[];
  tenant: string;
  at_ms: number;
}

/** One comparison of a condition: "caller_number starts_with 021", what was found, and whether that held. */
export interface Check {
  field: string;
  operator: string;
  value: string;
  found: string;
  holds: boolean;
  /** Whether there is such a field. */
  known?: boolean;
}

/**
 * The customer was called back. `result`: answered, why the leg ended, or cancelled: the agent hung up. An attempt that
 * failed by no doing of the customer's side does not count: the next has the same number.
 */
export interface CallbackTried {
  type: "CallbackTried";
  interaction: string;
  queue: string | null;
  number: string;
  attempt: number;
  result: string;
  tenant: string;
  at_ms: number;
}

/** Both as they are now, whichever was set; what nothing was said of yet is None. */
export interface OutcomeSet {
  type: "OutcomeSet";
  interaction: string;
  agent: string;
  outcome: string | null;
  note: string | null;
  tenant: string;
  at_ms: number;
}

export interface DataChanged {
  type: "DataChanged";
  interaction: string;
  data: Record<string, string | null>;
  actor: string;
  tenant: string;
  at_ms: number;
}

/** As in the action ReportQuality. One that begins at the same `started_ms` takes the place of those before. */
export interface QualityReported {
  type: "QualityReported";
  interaction: string;
  agent: string;
  started_ms: number;
  rtt_ms: number | null;
  jitter_ms: number;
  loss: number;
  mos: number;
  lowest_mos: number;
  tenant: string;
  at_ms: number;
}

export interface RecordingBegan {
  type: "RecordingBegan";
  interaction: string;
  recording: string;
  path: string;
  leg: string;
  kind?: RecordingKind;
  /** Of a voicemail: whose people it is for. */
  queue?: string | null;
  tenant: string;
  at_ms: number;
}

export interface RecordingFinished {
  type: "RecordingFinished";
  interaction: string;
  recording: string;
  path: string;
  started_ms: number;
  /** Reason, where the switch could not write it. */
  failed?: string;
  /** Reason, where it ended while there was more to record: what was recorded until then is kept. */
  cut_short?: string;
  kind?: RecordingKind;
  /** Of a voicemail: how long something was said in it; None where the switch does not say. */
  spoken_ms?: number | null;
  tenant: string;
  at_ms: number;
}

/** From now on the supervisor hears the agent's call, and as `mode` says is heard in it. */
export interface SupervisionStarted {
  type: "SupervisionStarted";
  interaction: string;
  agent: string;
  supervisor: string;
  mode: SupervisionMode;
  actor: string;
  tenant: string;
  at_ms: number;
}

/**
 * `result`: stopped (asked for), changed (another mode or agent follows), taken_over (the supervisor is who talks with the
 * customer now), hung_up (the supervisor's telephone), call_over (the agent is in that call no more).
 */
export interface SupervisionEnded {
  type: "SupervisionEnded";
  interaction: string;
  agent: string;
  supervisor: string;
  mode: SupervisionMode;
  started_ms: number;
  result: SupervisionEnd;
  tenant: string;
  at_ms: number;
}

/**
 * After a gap the switch's list differed from ours; how it was mended. `leg`: or the bridge, where it is about one.
 * `interaction`: None where it is of none that is known.
 */
export interface Discrepancy {
  type: "Discrepancy";
  interaction: string | null;
  leg: string;
  what: Difference;
  mended_by: string;
  tenant: string;
  at_ms: number;
}

/** To the console whose telephone rings: the agent asked, elsewhere, that it answer. Not numbered. */
export interface AnswerNow {
  type: "answer_now";
  agent: string;
  device: string;
  leg: string;
}

/** From the engine to a gateway: another page, at another gateway, is the agent's telephone now. Not numbered. */
export interface ConsoleReplaced {
  type: "console_replaced";
  console: Console;
}

/**
 * From the web's /link: whether the engine is there. While it is not, the last state stands still and requests are refused
 * with `engine_unavailable`; a new Snapshot comes before `online` true is said. Not numbered.
 */
export interface EngineStatus {
  type: "engine_status";
  online: boolean;
}

/** `message` is the error in the user's language, filled in by the gateway. */
export interface ReplyMessage {
  type: "reply";
  id: string;
  error: CoreError | null;
  message: string;
  /**
   * What was asked for, where the request was a question, or which call MakePredictiveCall has made; of an
   * AgentExplained `message` says it in the user's language.
   */
  answer: AgentExplained | AttachedData | CallMade | null;
}

/** `code` is what went wrong, `field` the request's field at fault, `data` what a message may mention. */
export interface CoreError {
  code: Code;
  field: string;
  data: Record<string, string>;
}

/** `state` with its reason says what holds the agent itself; `queues`, empty where it serves none, what holds each of them. */
export interface AgentExplained {
  type: "agent_explained";
  agent: string;
  state: AgentState;
  reason: string | null;
  since_ms: number;
  queues: QueueReason[];
}

/**
 * One reason in one queue.
 *
 * nobody_waits: there is no caller; others_first: `ahead` ready agents are asked before it for a caller who needs no more than
 * the queue asks of all; may_serve: `waiting` callers it could have were it ready; requirement_unmet: the queue asks for `skill`
 * at `required` (with `language`: for callers in it), it has `level`, which is never enough, or only after a wait of `after_ms`;
 * skill_missing: `waiting` callers ask for `skill` at `required`, it has `level`; ring_not_reached: they are not yet offered to
 * members of its `priority` and `level`; waits_for_it: they wait for this agent and nobody else; kept_for_others: they wait for
 * one other agent; switch_away: their switch node is out of reach.
 */
export interface QueueReason {
  queue: string;
  why: "kept_for_others" | "may_serve" | "nobody_waits" | "others_first" | "requirement_unmet" | "ring_not_reached" | "skill_missing" | "switch_away" | "waits_for_it";
  waiting?: number;
  data?: Record<string, string>;
}

export interface AttachedData {
  type: "attached_data";
  interaction: string;
  data: Record<string, string>;
}

export interface CallMade {
  type: "call_made";
  interaction: string;
}

/**
 * The Hello was not acceptable, or what came is no message (a request with an id always is one, and answered by a reply); the
 * connection is closed after it. `code`: token_invalid, protocol_unknown, message_malformed, tenant_unknown; at the web's /link
 * also not_signed_in, softphone_elsewhere.
 *
 * After softphone_elsewhere the connection stays open, for viewing: another page of the same agent is the telephone now.
 */
export interface Refused {
  type: "refused";
  code: string;
  message: string;
}

/** The answer to a ping, after everything that was on its way before it. Not numbered. */
export interface Pong {
  type: "pong";
}

export type AnyAction =
  | SignIn
  | SignOut
  | RestartSession
  | SetReady
  | SetNotReady
  | AnswerCall
  | RejectCall
  | ClearCall
  | HoldCall
  | RetrieveCall
  | MakeCall
  | MakePredictiveCall
  | GenerateDigits
  | DeflectCall
  | DirectedPickupCall
  | ParkCall
  | ConsultationCall
  | ReconnectCall
  | AlternateCall
  | TransferCall
  | ConferenceCall
  | SingleStepTransferCall
  | SingleStepConferenceCall
  | ClearConnection
  | SetOutcome
  | FinishWrapUp
  | SetData
  | GetData
  | ClearData
  | ReportQuality
  | ConsoleLost
  | ConsoleBack
  | ReleaseInteraction
  | MoveAgent
  | Reprioritize
  | Reroute
  | SelectRoute
  | Supervise
  | StopSupervising
  | ExplainAgent;

export type AnyFact =
  | InteractionStarted
  | CustomerIdentified
  | InteractionEnded
  | SegmentStarted
  | SegmentEnded
  | AgentStateChanged
  | AgentMoved
  | RoutingExplained
  | WaitingChanged
  | FlowStep
  | Redirected
  | PriorityAdded
  | Decided
  | CallbackTried
  | OutcomeSet
  | DataChanged
  | QualityReported
  | RecordingBegan
  | RecordingFinished
  | SupervisionStarted
  | SupervisionEnded
  | Discrepancy;

export type FromClient =
  | Hello
  | RequestMessage
  | Resubscribe
  | Ping
  | CardShown
  | CardPage
  | ConsoleOpened
  | ConsoleClosed
  | OpenConsoles;

export type ToClient =
  | Snapshot
  | Change
  | TenantRemoved
  | FactMessage
  | AnswerNow
  | ConsoleReplaced
  | EngineStatus
  | ReplyMessage
  | Refused
  | Pong;
