import type { CallbackRule, EntryRule, OverflowRule, Requirement, Ring } from "../../api/rules";
import type { QueueRecord } from "../../api/types";
import { wholeSay, wholeTarget } from "../../rules/targets";
import type { Values } from "../ResourcePage";
import { toRows, withoutBlanks } from "../waiting";

/** A queue between the API and the form: defaults put in where the API left them out, blanks left out where the form has them. */

const CALLBACK: CallbackRule = { first: "agent", attempts: 3, retry_after_s: 300, ring_s: 30, trunk: null };

export const BLANK: Partial<QueueRecord> = {
  algorithm: "longest_idle",
  measure_window: "today",
  measure_over_s: 1800,
  last_served_s: 86_400,
  requires: [],
  rings: [],
  priority: 0,
  aging_s: 0,
  offer_timeout_s: 20,
  wrap_up_s: 30,
  service_level_s: 20,
  record: true,
  calendar: null,
  closed: null,
  entry: [],
  overflow: [],
  callback: CALLBACK,
  waiting: { music: "default", steps: [{ at_s: 5, what: "place", every_s: 30 }], keys: {} },
  members: [],
  when_deleted: null,
};

export function toValues(queue: QueueRecord): Values {
  return {
    ...queue,
    rings: queue.rings.map((it) => ({ priority: 100, level: 0, ...it })),
    requires: queue.requires.map((it) => ({ relax: [], ...it })),
    entry: queue.entry.map((it) => ({ priority: 0, ...it })),
    overflow: queue.overflow.map((it) => ({ hold_s: 0, concerns: "all", ...it })),
    callback: { ...CALLBACK, ...queue.callback },
    waiting: toRows(queue.waiting),
  };
}

export function fromValues(values: Values, isNew: boolean): Values {
  const it = isNew ? { ...BLANK, ...values } : values;
  return {
    ...it,
    calendar: it.calendar ?? null,
    closed: wholeTarget(it.closed),
    requires: (it.requires ?? []).map((one: Requirement) => ({ ...one, language: one.language ?? null })),
    rings: (it.rings ?? []).map((one: Ring) => ({ ...one })),
    entry: (it.entry ?? []).map((one: EntryRule) => ({
      when: one.when ?? null,
      say: wholeSay(one.say),
      flow: one.flow ?? null,
      priority: one.priority ?? 0,
      target: wholeTarget(one.target),
    })),
    overflow: (it.overflow ?? []).map((one: OverflowRule) => ({
      ...one,
      until: one.until ?? null,
      target: wholeTarget(one.target),
    })),
    callback: { ...CALLBACK, ...it.callback, trunk: it.callback?.trunk ?? null },
    waiting: withoutBlanks({ ...BLANK.waiting, keys: [], ...it.waiting }),
    when_deleted: it.when_deleted ?? null,
  };
}
