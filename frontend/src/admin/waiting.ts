import type { Target } from "../api/rules";
import type { QueueRecord, WaitingStep } from "../api/types";
import { isWhole, wholeSay, wholeTarget } from "../rules/targets";

type Waiting = QueueRecord["waiting"];

export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];

/** The treatment as the form edits it: keys in rows. */
export interface WaitingRows extends Omit<Waiting, "keys"> {
  keys: { key: string; target?: Target | null }[];
}

export function toRows(waiting: Waiting): WaitingRows {
  const rows = Object.entries(waiting.keys ?? {}).map(([key, target]) => ({ key, target }));
  return { ...waiting, keys: rows.sort((one, other) => KEYS.indexOf(one.key) - KEYS.indexOf(other.key)) };
}

/** The treatment as the API takes it: fields the form left empty, or that the kind of step does not have, are not sent. */
export function withoutBlanks(waiting: WaitingRows): Waiting {
  const keys: Waiting["keys"] = {};
  for (const { key, target } of waiting.keys ?? []) {
    const whole = wholeTarget(target);
    if (whole && isWhole(whole)) keys[key] = whole;
  }
  return { ...waiting, steps: (waiting.steps ?? []).map(step), keys };
}

function step(it: WaitingStep): WaitingStep {
  return {
    at_s: it.at_s,
    what: it.what,
    every_s: it.every_s ?? 0,
    say: it.what === "say" ? wholeSay(it.say) : null,
    music: it.what === "music" ? (it.music ?? null) : null,
  };
}
