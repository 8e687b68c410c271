import type { QueueRecord, WaitingStep } from "../api/types";

type Waiting = QueueRecord["waiting"];

/** The treatment as the API takes it: fields the form left empty, or that the kind of step does not have, are not sent. */
export function withoutBlanks(waiting: Waiting): Waiting {
  return { ...waiting, steps: (waiting.steps ?? []).map(step) };
}

function step(it: WaitingStep): WaitingStep {
  const said = Object.entries(it.say?.text ?? {}).filter(([, text]) => text?.trim());
  const say = it.say?.prompt ? { prompt: it.say.prompt } : said.length > 0 ? { text: Object.fromEntries(said) } : null;
  return {
    at_s: it.at_s,
    what: it.what,
    every_s: it.every_s ?? 0,
    say: it.what === "say" ? say : null,
    music: it.what === "music" ? (it.music ?? null) : null,
  };
}
