/** The rules of routing as the core reads them (`callbase.core.config`); a field left out has its default. */

import type { Localized, Say } from "./types";

export type Operator = "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "in" | "starts_with";

export interface Comparison {
  type: "is";
  field: string;
  operator: Operator;
  value: string | number | string[];
}

export interface Group {
  type: "all" | "any";
  of: Condition[];
}

export interface Negation {
  type: "not";
  of: Condition;
}

export type Condition = Comparison | Group | Negation;

export type Target =
  | { type: "queues"; queues: string[]; also?: boolean }
  | { type: "agent"; agent: string }
  | { type: "flow"; flow: string }
  | { type: "voicemail"; say?: Say | null; queue?: string | null }
  | { type: "callback"; queue?: string | null }
  | { type: "number"; number: string; trunk?: string | null; timeout_s?: number }
  | { type: "goodbye"; say?: Say | null; busy?: boolean };

export interface Requirement {
  skill: string;
  level: number;
  language?: string | null;
  relax?: { after_s: number; level: number }[];
}

export interface Ring {
  after_s: number;
  priority?: number;
  level?: number;
}

export interface EntryRule {
  when?: Condition | null;
  say?: Say | null;
  flow?: string | null;
  priority?: number;
  target?: Target | null;
}

export interface OverflowRule {
  id: string;
  when: Condition;
  target: Target;
  until?: Condition | null;
  hold_s?: number;
  concerns?: "entering" | "waiting" | "all";
}

export interface CallbackRule {
  first?: "agent" | "customer";
  attempts?: number;
  retry_after_s?: number;
  ring_s?: number;
  trunk?: string | null;
}

export interface Span {
  start: string;
  end: string;
}

export interface SpecialDay {
  date: string;
  name?: Localized;
  spans?: Span[];
  /** 1 (Monday) … 7: open as the week is on that day. */
  as_weekday?: number | null;
  closed?: Target | null;
}

export interface CalendarRecord {
  id: string;
  name: Localized;
  hours: { weekday: number; spans: Span[] }[];
  days: SpecialDay[];
}

export interface SkillRecord {
  id: string;
  name: Localized;
  agents: Record<string, number>;
}

export interface CallerListRecord {
  id: string;
  kind: "black" | "red";
  name: Localized;
  priority: number;
  target: Target | null;
  count: number;
}

export interface ListedNumber {
  number: string;
  note: string;
  added_at: string;
}

/** What comes of a file of numbers, told before it is taken in and after. */
export interface ImportReport {
  added: number;
  already: number;
  repeated: number;
  shortened: number;
  faulty: number;
  /** The first thousand faulty lines. */
  faults: { line: number; value: string; problem: string }[];
}

export interface TrunkGroupRecord {
  id: string;
  name: Localized;
  priority: number;
  lines_per_agent: number;
  agents_of: string[];
  floor: number;
  ceiling: number;
  beyond: Target | null;
}

export interface CustomerLevelRecord {
  level: string;
  priority: number;
}

export interface Finding {
  severity: "error" | "warning";
  code: string;
  kind: string;
  id: string;
  name: Localized;
  field: string;
  text: Localized;
}

export interface FindingsReport {
  version: number;
  errors: number;
  warnings: number;
  findings: Finding[];
}

export const ALGORITHMS = [
  "longest_idle",
  "longest_average_idle",
  "least_talk_time",
  "least_average_talk_time",
  "fewest_calls",
  "highest_skill",
  "lowest_skill",
  "fixed_order",
  "ring_all",
  "round_robin",
  "last_served",
  "weighted_random",
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Those that go by what an agent did over a window. */
export const MEASURED: Algorithm[] = [
  "longest_average_idle",
  "least_talk_time",
  "least_average_talk_time",
  "fewest_calls",
];
