import type { Comparison, Condition, Operator } from "../api/rules";

/** Conditions without React: which fields there are, what each compares with, and a condition told in words. */

export type FieldKind =
  | "text"
  | "number"
  | "share"
  | "seconds"
  | "time"
  | "open"
  | "list"
  | "language"
  | "weekday"
  | "trunk"
  | "trunk_group";

/** A field taken apart: `base` is a key of the words, `of` the queue, calendar or key of data it names. */
export interface Field {
  base: string;
  kind: FieldKind;
  of?: string;
}

const FIXED: Record<string, FieldKind> = {
  caller_number: "text",
  called_number: "text",
  caller_list: "list",
  "customer.level": "text",
  "customer.name": "text",
  "customer.company": "text",
  language: "language",
  trunk: "trunk",
  trunk_group: "trunk_group",
  time: "time",
  weekday: "weekday",
  wait_s: "seconds",
  priority: "number",
};

const MEASURES: Record<string, FieldKind> = {
  waiting: "number",
  longest_wait_s: "seconds",
  average_wait_s: "seconds",
  expected_wait_s: "seconds",
  service_level: "share",
  signed_in: "number",
  ready: "number",
};

/** The fields to choose from, in groups; those of `queue`, `calendar` and `data` name one more thing. */
export const FIELD_GROUPS: [group: string, bases: string[]][] = [
  ["caller", ["caller_number", "caller_list", "customer.level", "customer.name", "customer.company"]],
  ["call", ["called_number", "language", "trunk", "trunk_group", "data", "wait_s", "priority"]],
  ["time", ["calendar", "time", "weekday"]],
  ["queue", Object.keys(MEASURES).map((it) => `queue.${it}`)],
];

/** Without a caller to look at: what is asked of a queue as a whole. */
export const QUEUE_FIELD_GROUPS = FIELD_GROUPS.filter(([group]) => group === "time" || group === "queue");

const NUMERIC: FieldKind[] = ["number", "share", "seconds", "weekday"];

export function fieldOf(name: string): Field | null {
  const fixed = FIXED[name];
  if (fixed) return { base: name, kind: fixed };
  const [first = "", ...rest] = name.split(".");
  if (first === "data") return { base: "data", kind: "text", of: rest.join(".") };
  if (first === "calendar") return { base: "calendar", kind: "open", of: rest.join(".") };
  const measure = rest.at(-1) ?? "";
  const kind = MEASURES[measure];
  if (first !== "queue" || !kind) return null;
  const queue = rest.slice(0, -1).join(".");
  return { base: `queue.${measure}`, kind, ...(queue ? { of: queue } : {}) };
}

/** The document's name of a field. */
export function nameOf(base: string, of?: string): string {
  if (base === "data" || base === "calendar") return `${base}.${of ?? ""}`;
  return base.startsWith("queue.") && of ? `queue.${of}.${base.slice(6)}` : base;
}

export function operatorsOf(kind: FieldKind): Operator[] {
  if (NUMERIC.includes(kind)) return ["ge", "gt", "le", "lt", "eq", "ne"];
  if (kind === "time") return ["ge", "lt", "eq"];
  if (kind === "open") return ["eq"];
  return kind === "text" ? ["eq", "ne", "starts_with", "in"] : ["eq", "ne", "in"];
}

/** A row as it begins when that field is chosen. */
export function blankComparison(base: string, of?: string): Comparison {
  const field = nameOf(base, of);
  const kind = fieldOf(field)?.kind ?? "text";
  const operator = operatorsOf(kind)[0]!;
  const first: Partial<Record<FieldKind, string | number>> = {
    number: 1,
    seconds: 60,
    share: 0.8,
    weekday: 1,
    time: "18:00",
    open: "open",
    language: "zh-CN",
  };
  return { type: "is", field, operator, value: first[kind] ?? "" };
}

/** What a value becomes when the operator changes: `in` takes several, all others one. */
export function valueFor(operator: Operator, value: Comparison["value"]): Comparison["value"] {
  if (operator === "in") return Array.isArray(value) ? value : value === "" ? [] : [String(value)];
  return Array.isArray(value) ? (value[0] ?? "") : value;
}

/** A condition as the top of a builder: always a group. */
export function asGroup(condition: Condition | null | undefined): { type: "all" | "any"; of: Condition[] } {
  if (!condition) return { type: "all", of: [] };
  return condition.type === "all" || condition.type === "any" ? condition : { type: "all", of: [condition] };
}

/** The other way round: no rows are no condition, and a group of one is that one. */
export function simplified(group: { type: "all" | "any"; of: Condition[] }): Condition | null {
  if (group.of.length === 0) return null;
  return group.of.length === 1 ? group.of[0]! : group;
}

/** What things are called where a condition is told. */
export interface Words {
  /** A text by its key, with what stands in it. */
  t: (key: string, values?: Record<string, string>) => string;
  /** The name of an id of that kind; the id itself where there is none. */
  named: (kind: "queue" | "calendar" | "caller_list" | "trunk_group" | "trunk", id: string) => string;
}

/** A condition in one sentence: "longest wait more than 60 s and (weekday is Saturday or Sunday)". */
export function summary(condition: Condition, words: Words, inner = false): string {
  if (condition.type === "not") return words.t("condition.not", { what: summary(condition.of, words, true) });
  if (condition.type === "is") return comparison(condition, words);
  const joined = condition.of
    .map((it) => summary(it, words, condition.of.length > 1))
    .join(words.t(`condition.join.${condition.type}`));
  return inner && condition.of.length > 1 ? words.t("condition.brackets", { what: joined }) : joined;
}

function comparison(it: Comparison, words: Words): string {
  const field = fieldOf(it.field);
  if (!field) return it.field;
  const values = (Array.isArray(it.value) ? it.value : [it.value]).map((value) => valueText(field, value, words));
  const value = values.join(words.t("condition.list"));
  if (field.kind === "open")
    return words.t(`condition.calendar_is.${it.value === "open" ? "open" : "closed"}`, {
      calendar: words.named("calendar", field.of ?? ""),
    });
  if (field.kind === "list" && it.value === "")
    return it.operator === "ne" ? words.t("condition.in_a_list") : words.t("condition.in_no_list");
  return words.t(`condition.says.${it.operator}`, { field: fieldText(field, words), value });
}

export function fieldText(field: Field, words: Words): string {
  const text = words.t(`condition.field.${field.base.replace(".", "_")}`);
  if (field.base === "data") return words.t("condition.data_of", { key: field.of ?? "" });
  return field.of && field.base.startsWith("queue.")
    ? words.t("condition.of_queue", { field: text, queue: words.named("queue", field.of) })
    : text;
}

function valueText(field: Field, value: string | number, words: Words): string {
  switch (field.kind) {
    case "seconds":
      return words.t("condition.seconds", { value: String(value) });
    case "share":
      return `${Math.round(Number(value) * 1000) / 10} %`;
    case "weekday":
      return words.t(`weekday.${value}`);
    case "language":
      return words.t(`language.${value}`);
    case "list":
      return words.named("caller_list", String(value));
    case "trunk":
    case "trunk_group":
      return words.named(field.kind, String(value));
    case "text":
      return value === "" ? words.t("condition.empty") : words.t("condition.quoted", { value: String(value) });
    default:
      return String(value);
  }
}

/** What is attached to a call, a key a line: text in quotes, or the name of the field that says it. */
export function dataSummary(data: Record<string, string | { field: string }>, words: Words): string {
  const said = (value: string | { field: string }): string => {
    if (typeof value === "string") return words.t("condition.quoted", { value });
    const field = fieldOf(value.field);
    return field ? fieldText(field, words) : value.field;
  };
  return Object.entries(data)
    .map(([key, value]) => `${key} = ${said(value)}`)
    .join("\n");
}
