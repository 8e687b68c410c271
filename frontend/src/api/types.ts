/** What the HTTP API sends and takes; the server's schemas in TypeScript. */

import type { Algorithm, CallbackRule, Condition, EntryRule, OverflowRule, Requirement, Ring, Target } from "./rules";

export type Language = "zh-CN" | "en-US";
export type Localized = Partial<Record<string, string>>;
export type ThemeChoice = "light" | "dark" | "system";

export type Permission =
  | "agent.work"
  | "board.view"
  | "interactions.view_own"
  | "interactions.view_all"
  | "recordings.listen"
  | "reports.view"
  | "people.manage"
  | "queues.manage"
  | "dids.manage"
  | "flows.manage"
  | "prompts.manage"
  | "trunks.manage"
  | "agents.supervise"
  | "calls.listen"
  | "calls.whisper"
  | "calls.barge"
  | "calls.take_over"
  | "calls.release"
  | "audit.view"
  | "tokens.manage"
  | "customers.view"
  | "customers.edit";

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  page_size: number;
}

export interface Person {
  id: string;
  login: string;
  name: string;
  language: Language;
  theme: ThemeChoice;
  email: string;
  phone: string;
  agent: string | null;
  roles: string[];
  active: boolean;
}

export interface Session {
  signed_in: boolean;
  person: Person | null;
  permissions: Permission[];
  tenant: { id: string; name: string; timezone: string; languages: Language[] } | null;
  /** Calls come to the person: it is a member of at least one queue. */
  in_queues: boolean;
  /** Who is signed in may do nothing but watch the boards, so the session may be renewed. */
  renewable: boolean;
  demo: boolean;
  csrf_token: string;
}

export interface SipAccount {
  uri: string;
  user: string;
  password: string;
  realm: string;
  ws_path: string;
}

export interface Named {
  id: string;
  name: Localized;
}

export type Outside = "no" | "fixed" | "own";

export interface SoftphoneDevice {
  id: string;
  kind: "browser" | "sip" | "outside";
  /** Of an outside number: that. */
  number: string;
}

export interface SoftphoneSettings {
  agent: string;
  devices: SoftphoneDevice[];
  /** Whether one may work at an outside number: not, at the one given, or at any of one's own. */
  outside: Outside;
  sip: SipAccount;
  not_ready_reasons: Named[];
  outcomes: Named[];
}

export interface DemoPhoneSettings {
  sip: SipAccount;
  number: string;
  dial: string;
}

export interface InteractionSummary {
  id: string;
  channel: string;
  direction: string;
  caller_number: string;
  called_number: string;
  trunk: string | null;
  language: string;
  customer: { id: string; name: string } | null;
  queue: string | null;
  queue_name: Localized | null;
  agent: string | null;
  agent_name: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  cause: string | null;
  outcome: string | null;
  outcome_name: Localized | null;
  note: string;
  data: Record<string, string>;
  queue_ms: number;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  has_recording: boolean;
  not_answered_by: string[];
  /** Of the agent a list of what came to one is asked for; null where that one did not talk in it. */
  own_talk_ms: number | null;
}

export interface SegmentItem {
  id: string;
  kind: string;
  started_at: string;
  ended_at: string | null;
  result: string | null;
  queue: string | null;
  agent: string | null;
  agent_name: string | null;
  flow: string | null;
  flow_name: Localized | null;
  /** Of a consultation: the agent or number it was with. */
  party: string | null;
  party_name: string | null;
}

export interface Explanation {
  at: string;
  rule: string;
  queue: string;
  chosen: string | null;
  chosen_name: string | null;
  chosen_idle_ms: number | null;
  waited_ms: number;
  position: number;
  priority: number;
  passed_over: { agent: string; name: string; why: string; data: Record<string, string> }[];
  passed_over_count: number;
  text: Localized;
}

export interface FlowStepItem {
  at: string;
  flow: string;
  node: string;
  node_type: string;
  digit: string | null;
  port: string | null;
}

export interface RecordingItem {
  id: string;
  started_at: string;
  ended_at: string | null;
  state: "recording" | "ended" | "stored" | "empty" | "failed";
  duration_ms: number | null;
  /** Why there is none, or none yet. */
  error?: string;
  /** Why it ends before the call does; empty where it does not. */
  cut_short: string;
}

/** How an agent's telephone found the call; a browser that came back begins anew. */
export interface QualityItem {
  agent: string;
  agent_name: string | null;
  started_at: string;
  rtt_ms: number | null;
  jitter_ms: number;
  loss: number;
  mos: number;
  lowest_mos: number;
}

export interface CustomerRecord {
  id: string;
  name: string;
  company: string;
  level: string;
  numbers: string[];
  notes: string;
}

export interface InteractionDetail extends InteractionSummary {
  segments: SegmentItem[];
  explanations: Explanation[];
  flow_steps: FlowStepItem[];
  recordings: RecordingItem[];
  quality: QualityItem[];
  customer: (Omit<CustomerRecord, "numbers"> & { number: string }) | null;
  events: { at: string; type: string; text: string }[];
}

export interface Peaks {
  duration_ms: number;
  channels: number;
  per_second: number;
  peaks: number[][];
}

/** What agents did with calls besides talking. */
export interface HandedOn {
  consultations: number;
  conferences: number;
  transfers_out: number;
  transfers_in: number;
}

export interface Measures extends HandedOn {
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
  service_level_s: number | null;
  asa_ms: number | null;
  longest_wait_ms: number | null;
  aht_ms: number | null;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  /** Answered, and a wait was expected on entering; how far off that was (mean), and to which side. */
  foretold: number;
  foretold_error_ms: number | null;
  foretold_bias_ms: number | null;
  callbacks: number;
  called_back: number;
  callbacks_waiting: number;
}

export interface AgentMeasures extends HandedOn {
  answered: number;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  aht_ms: number | null;
  ready_ms: number;
  not_ready_ms: number;
  /** Of it, under reasons that count as work. */
  productive_ms: number;
  /** Under "" the time without a reason. */
  not_ready_by_reason: Record<string, number>;
  signed_in_ms: number;
  occupancy: number | null;
  utilisation: number | null;
}

export interface TodayReport {
  date: string;
  timezone: string;
  totals: Measures;
  /** Null where the report is of a queue or of agents. */
  missed: number | null;
  queues: (Measures & { queue: string; name: Localized })[];
  agents: (AgentMeasures & { agent: string; name: string })[];
  hours: { hour: number; offered: number; answered: number; abandoned: number }[];
}

export interface PersonRecord extends Omit<Person, "agent"> {
  agent: { id: string; devices?: string[] } | string | null;
  outside: Outside;
  outside_number: string;
  queues: { queue: string; priority: number; level: number; weight?: number }[];
  skills: Record<string, number>;
  unit: string | null;
}

/** A message a caller left; `id` is its recording's. */
export interface VoicemailRecord {
  id: string;
  interaction: string;
  queue: string | null;
  queue_name: Localized | null;
  left_at: string;
  duration_ms: number | null;
  recording_state: "ended" | "stored";
  caller_number: string;
  customer: string | null;
  customer_name: string;
  state: "new" | "handled";
  handled_at: string | null;
  handled_by: string | null;
}

/** Something to be heard: a prompt, or text in each language. With `languages`, in each of these in turn. */
export interface Say {
  prompt?: string | null;
  text?: Localized | null;
  languages?: string[];
}

export interface WaitingStep {
  at_s: number;
  what: "place" | "expected_wait" | "say" | "music";
  every_s: number;
  say?: Say | null;
  music?: string | null;
}

export interface QueueRecord {
  id: string;
  name: Localized;
  algorithm: Algorithm;
  measure_window: "today" | "shift" | "rolling";
  measure_over_s: number;
  last_served_s: number;
  requires: Requirement[];
  rings: Ring[];
  priority: number;
  aging_s: number;
  offer_timeout_s: number;
  wrap_up_s: number;
  service_level_s: number;
  record: boolean;
  waiting: { music: string; steps: WaitingStep[]; keys?: Record<string, Target> };
  calendar: string | null;
  closed: Target | null;
  entry: EntryRule[];
  overflow: OverflowRule[];
  callback: CallbackRule;
  members: { agent: string; priority: number; level: number; weight?: number }[];
  when_deleted: string | null;
}

export interface DidRecord {
  number: string;
  flow: string;
  language: string | null;
  priority: number;
  description: string;
  calendar: string | null;
  closed: Target | null;
}

export interface FlowRecord {
  id: string;
  name: Localized | string;
  version: number;
  start: string;
  nodes: Record<string, FlowNode>;
}

export interface FlowNode {
  type: string;
  say?: Say | null;
  next?: string | null;
  choices?: Record<string, string>;
  otherwise?: string | null;
  failed?: string | null;
  language?: string;
  /** What is attached to the call: text, or what a field says. */
  data?: Record<string, string | { field: string }>;
  /** Key of attached data that the key pressed is kept under. */
  keep_as?: string | null;
  queue?: string;
  number?: string;
  /** What a program routes for. */
  device?: string;
  cases?: { when: Condition; next: string }[];
  target?: Target;
  prefer?: { by: "agent" | "last_agent" | "data"; agent?: string | null; key?: string | null } | null;
  requires?: Requirement[];
}

export interface PromptRecord {
  id: string;
  text: Localized;
  files: Record<string, boolean>;
}

export interface MusicRecord {
  id: string;
  name: Localized;
  /** 0: nothing was uploaded yet. */
  seconds: number;
  uploaded_at: string | null;
  /** Queues that play it. */
  used_by: string[];
}

export interface TrunkRecord {
  id: string;
  host: string;
  port: number;
  transport: "udp" | "tcp";
  match: string[];
  username: string;
  register: boolean;
  codecs: string[];
  max_channels: number;
  caller_number: string;
  group: string | null;
}

export interface TokenRecord {
  id: string;
  name: string;
  scopes: string[];
  /** What it is limited to; both empty: all the centre. */
  agents: string[];
  queues: string[];
  /** Whom it may have called, and where calls may be sent. */
  calls: "own" | "inside" | "anywhere";
  expires_at: string | null;
  created_at: string;
  last_used_at: string | null;
}

export interface AuditItem {
  at: string;
  actor: string;
  actor_name: string;
  action: string;
  object_type: string;
  object_id: string;
  object_name: string;
  changes: Record<string, [unknown, unknown]>;
  ip: string | null;
}

export interface Health {
  status: string;
  parts: Record<string, string>;
  [detail: string]: unknown;
}

export interface Alarm {
  id: number;
  source: string;
  severity: "critical" | "major";
  text: string;
  raised_at: string;
  cleared_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string;
  note: string;
}

/** Whom alarms are sent to. */
export interface AlarmRecipient {
  id: string;
  kind: "email" | "webhook";
  address: string;
  severity: "critical" | "major";
  language: "zh-CN" | "en-US";
  last_sent_at: string | null;
  failing: string;
  again_at: string | null;
}

export interface PlayedQueue {
  queue: string;
  offered: number;
  answered: number;
  abandoned: number;
  left: number;
  within_service_level: number;
  service_level: number | null;
  asa_ms: number;
  wait_p50_ms: number;
  wait_p95_ms: number;
  wait_max_ms: number;
}

export interface PlayedDay {
  queues: PlayedQueue[];
  calls: number;
  agents: number;
  occupancy: number | null;
}

export interface SimulationResult {
  present: PlayedDay;
  planned: PlayedDay | null;
}

export interface SimulationRecord {
  id: string;
  created_at: string;
  state: "queued" | "running" | "done" | "failed";
  progress: number;
  question: {
    traffic: { kind: "past"; date: string } | { kind: "drawn"; loads: { queue: string; calls_per_hour: number[] }[] };
    queues: QueueRecord[];
  };
  result: SimulationResult | null;
  error: string;
  message: string;
}
