import type { Condition, Span, Target } from "../api/rules";
import { summary } from "../rules/conditions";
import { spansText } from "../rules/spans";
import { targetSummary } from "../rules/targets";
import type { RuleWords } from "../rules/useRuleWords";

/** What was changed, told field by field in words, without React: of values within values only what differs. */

export interface AuditWords extends RuleWords {
  /** What a field is called. */
  field: (name: string) => string;
  /** What a field's code means; the code itself where there is no word for it. */
  code: (field: string, code: string) => string;
}

export interface Told {
  /** The field, and whose of its parts: "Members", "Wang", "Priority". */
  path: string[];
  /** Empty where there was, or is, nothing. */
  before: string;
  after: string;
}

type Parts = Record<string, unknown>;

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isParts(value) && Object.keys(value).length === 0;
}

const isParts = (value: unknown): value is Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What parts of a list are told apart by, and the kind of thing that names. */
const IDENTITIES = ["id", "agent", "queue", "skill", "weekday", "date"];
/** Fields whose text, or whose parts' keys, name something. */
const KINDS: Record<string, string> = {
  agent: "agent",
  agents: "agent",
  queue: "queue",
  queues: "queue",
  when_deleted: "queue",
  flow: "flow",
  calendar: "calendar",
};

export function told(name: string, before: unknown, after: unknown, words: AuditWords, path: string[] = []): Told[] {
  if (same(before, after) || (isEmpty(before) && isEmpty(after))) return [];
  const here = [...path, words.field(name)];
  if (isWhole(before, name) || isWhole(after, name))
    return [{ path: here, before: inWords(name, before, words), after: inWords(name, after, words) }];
  const [old, now] = [partsOf(before), partsOf(after)];
  const lines = [...new Set([...Object.keys(now), ...Object.keys(old)])].flatMap((part) => {
    const [one, other] = [old[part], now[part]];
    if (same(one, other)) return [];
    if (isParts(before ?? after)) return told(part, one, other, words, here);
    const place = [...here, placeOf(name, part, one ?? other, words)];
    if (!isParts(one) || !isParts(other))
      return [{ path: place, before: inWords(name, one, words, true), after: inWords(name, other, words, true) }];
    return [...new Set([...Object.keys(other), ...Object.keys(one)])].flatMap((field) =>
      told(field, one[field], other[field], words, place),
    );
  });
  if (lines.length > 0 || !Array.isArray(before) || !Array.isArray(after)) return lines;
  const order = (of: unknown[]) =>
    of.map((it) => placeOf(name, identityOf(it) ?? "", it, words)).join(words.t("audit.and"));
  return [{ path: here, before: order(before), after: order(after) }];
}

/** Told as one: what has no parts, or parts that say nothing each by itself. */
function isWhole(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((it) => !isParts(it) || wordsOf(it));
  return !isEmpty(value) && (!isParts(value) || wordsOf(value) || name in BY_NAMES);
}
const BY_NAMES: Record<string, true> = { agents: true, skills: true };
const wordsOf = (it: Parts) => isText(it) || isCondition(it) || isTarget(it) || isSay(it) || isSpan(it);
const isText = (it: Parts) =>
  Object.keys(it).length > 0 && Object.keys(it).every((key) => /^[a-z]{2}-[A-Z]{2}$/.test(key));
const isCondition = (it: Parts) => ["is", "not", "all", "any"].includes(String(it.type));
const isTarget = (it: Parts) => typeof it.type === "string" && !isCondition(it);
const isSay = (it: Parts) => "prompt" in it || ("text" in it && isParts(it.text));
const isSpan = (it: Parts) => "start" in it && "end" in it;

/** A list's parts by what they are told apart by, or by their place. */
function partsOf(value: unknown): Parts {
  if (!Array.isArray(value)) return isParts(value) ? value : {};
  return Object.fromEntries(value.map((it, at) => [identityOf(it) ?? `${at + 1}`, it]));
}
const identityField = (it: unknown) => (isParts(it) ? IDENTITIES.find((field) => !isEmpty(it[field])) : undefined);
function identityOf(it: unknown): string | undefined {
  const field = identityField(it);
  return field && String((it as Parts)[field]);
}

function placeOf(name: string, part: string, it: unknown, words: AuditWords): string {
  const field = identityField(it);
  if (!field) return part;
  return field === "id" ? words.code(name, part) : scalar(field, part, words);
}

function scalar(name: string, value: unknown, words: AuditWords): string {
  if (isEmpty(value)) return "";
  if (typeof value === "boolean") return value ? words.t("common.yes") : words.t("common.no");
  if (name === "weekday" || name === "as_weekday") return words.t(`weekday.${value}`);
  if (typeof value === "number")
    return name.endsWith("_s") ? words.t("audit.seconds", { value: `${value}` }) : `${value}`;
  const kind = KINDS[name];
  return kind ? words.named(kind, String(value)) : words.code(name, String(value));
}

/** A value as a whole. Of a part that its place names already, the name is left out. */
function inWords(name: string, value: unknown, words: AuditWords, placed = false): string {
  if (Array.isArray(value)) {
    if (value.every((it) => isParts(it) && isSpan(it))) return spansText(value as Span[]);
    return value
      .map((it) => inWords(name, it, words))
      .join(value.some(isParts) ? words.t("audit.then") : words.t("audit.and"));
  }
  if (!isParts(value)) return scalar(name, value, words);
  if (isText(value)) return [...new Set(Object.values(value).filter(Boolean))].join(" / ");
  if (isCondition(value)) return summary(value as unknown as Condition, words);
  if (isTarget(value)) return targetSummary(value as unknown as Target, words);
  if (isSay(value)) return value.prompt ? String(value.prompt) : inWords(name, value.text, words);
  if (isSpan(value)) return spansText([value as unknown as Span]);
  const named = placed ? identityField(value) : undefined;
  const parts = Object.entries(value).filter(([part, it]) => part !== named && !isEmpty(it));
  const of = (part: string) =>
    name in BY_NAMES ? (KINDS[name] ? words.named(KINDS[name], part) : part) : words.field(part);
  const text = parts.map(([part, it]) => words.t("audit.part", { field: of(part), value: inWords(part, it, words) }));
  return text.join(words.t("audit.and")) || words.t("audit.there");
}
