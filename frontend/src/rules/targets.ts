import type { Target } from "../api/rules";
import type { Localized, Say } from "../api/types";

/** Targets without React: their kinds, and each told in words. */

export const TARGET_TYPES = ["queues", "agent", "flow", "voicemail", "callback", "number", "goodbye"] as const;

export function blankTarget(type: Target["type"]): Target {
  switch (type) {
    case "queues":
      return { type, queues: [] };
    case "agent":
      return { type, agent: "" };
    case "flow":
      return { type, flow: "" };
    case "number":
      return { type, number: "", timeout_s: 30 };
    default:
      return { type };
  }
}

/** Whether something is missing that the core needs. */
export function isWhole(target: Target): boolean {
  switch (target.type) {
    case "queues":
      return target.queues.length > 0;
    case "agent":
      return target.agent !== "";
    case "flow":
      return target.flow !== "";
    case "number":
      return target.number !== "";
    default:
      return true;
  }
}

export interface TargetWords {
  t: (key: string, values?: Record<string, string>) => string;
  named: (kind: "queue" | "agent" | "flow", id: string) => string;
}

/** "also to Support", "to voicemail". */
export function targetSummary(target: Target, words: TargetWords): string {
  switch (target.type) {
    case "queues": {
      const queues = target.queues.map((it) => words.named("queue", it)).join(words.t("condition.list"));
      return words.t(target.also ? "target.says.also" : "target.says.queues", { queues });
    }
    case "agent":
      return words.t("target.says.agent", { agent: words.named("agent", target.agent) });
    case "flow":
      return words.t("target.says.flow", { flow: words.named("flow", target.flow) });
    case "number":
      return words.t("target.says.number", { number: target.number });
    default:
      return words.t(`target.says.${target.type}`);
  }
}

/** What a form left empty is not sent. */
export function wholeSay(say: Say | null | undefined): Say | null {
  const languages = say?.languages?.length ? { languages: say.languages } : {};
  if (say?.prompt) return { prompt: say.prompt, ...languages };
  const text = Object.entries(say?.text ?? {}).filter(([, it]) => it?.trim());
  return text.length > 0 ? { text: Object.fromEntries(text) as Localized, ...languages } : null;
}

/** A target with what it says whole or left out. */
export function wholeTarget(target: Target | null | undefined): Target | null {
  if (!target) return null;
  return "say" in target ? { ...target, say: wholeSay(target.say) } : target;
}
