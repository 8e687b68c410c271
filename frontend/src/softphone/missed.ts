import { create } from "zustand";
import type { LinkState } from "../link/client";
import type { InteractionView } from "../link/messages";
import { useLink } from "../link/store";
import { outsideNumber, partOf } from "./part";

/** A call that rang at this agent until the time was up, or a colleague who asked for advice in vain. */
export interface Missed {
  agent: string;
  interaction: string;
  name: string;
  number: string;
  at_ms: number;
  /** Rang so often since this was last dismissed. */
  times: number;
}

const STORED = "callbase.missed";
const MOST = 5;

/** Kept until each is dismissed, through reloads of the page. */
export const useMissed = create<{ calls: Missed[] }>(() => ({ calls: stored() }));

export const dismissMissed = (): void => keep([]);

/** What the agent declined by itself it has not missed. */
let declined = "";

export function noteDeclined(interaction: string | null | undefined): void {
  declined = interaction ?? "";
}

export function watchMissed(): () => void {
  return useLink.subscribe((state, before) => {
    const { calls } = useMissed.getState();
    const call = missedIn(before, state);
    const talks = talkingWith(state);
    if (call) keep(withMissed(calls, call));
    else if (talks && calls.some((it) => isOf(it, talks))) keep(calls.filter((it) => !isOf(it, talks)));
  });
}

/** Who rang again stands there once, at the last time. */
function withMissed(calls: Missed[], call: Missed): Missed[] {
  const same = calls.find((it) => it.agent === call.agent && it.number === call.number && it.name === call.name);
  const times = (same?.times ?? 0) + 1;
  return [...calls.filter((it) => it !== same), { ...call, times }].slice(-MOST);
}

/** The call the agent speaks in: whoever it is with is missed no more. */
function talkingWith({ view, you }: LinkState): InteractionView | null {
  const agent = view?.agents[you];
  if (agent?.state !== "busy" || agent.connection !== "connected") return null;
  return (agent.interaction && view?.interactions[agent.interaction]) || null;
}

const isOf = (call: Missed, talk: InteractionView): boolean =>
  call.interaction === talk.interaction || (call.number !== "" && call.number === outsideNumber(talk));

function missedIn(before: LinkState, state: LinkState): Missed | null {
  const was = before.view?.agents[state.you];
  const is = state.view?.agents[state.you];
  const call = was?.interaction && before.view?.interactions[was.interaction];
  if (!call || !is) return null;
  const told = { agent: is.agent, interaction: call.interaction, at_ms: is.since_ms, times: 1 };
  if (was.connection === "alerting" && partOf(was, call) === "consulted") {
    if (is.interaction === call.interaction || is.state === "logged_off" || declined === call.interaction) return null;
    return { ...told, name: before.view?.agents[call.agent ?? ""]?.name ?? "", number: call.agent ?? "" };
  }
  if (was.state !== "reserved" || is.state !== "not_ready" || is.reason !== "no_answer") return null;
  return { ...told, name: call.customer?.name ?? "", number: call.caller_number };
}

function keep(calls: Missed[]): void {
  useMissed.setState({ calls });
  sessionStorage.setItem(STORED, JSON.stringify(calls));
}

function stored(): Missed[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}
