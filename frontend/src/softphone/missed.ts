import { create } from "zustand";
import type { LinkState } from "../link/client";
import { useLink } from "../link/store";

/** A call that rang at this agent until the time was up. */
export interface Missed {
  agent: string;
  interaction: string;
  name: string;
  number: string;
  at_ms: number;
}

const STORED = "callbase.missed";
const MOST = 5;

/** Kept until each is dismissed, through reloads of the page. */
export const useMissed = create<{ calls: Missed[] }>(() => ({ calls: stored() }));

export function dismissMissed(call: Missed): void {
  keep(useMissed.getState().calls.filter((it) => it !== call));
}

export function watchMissed(): () => void {
  return useLink.subscribe((state, before) => {
    const call = missedIn(before, state);
    if (call) keep([...useMissed.getState().calls, call].slice(-MOST));
  });
}

function missedIn(before: LinkState, state: LinkState): Missed | null {
  const was = before.view?.agents[state.you];
  const is = state.view?.agents[state.you];
  const call = was?.interaction && before.view?.interactions[was.interaction];
  if (!call || was.state !== "reserved" || is?.state !== "not_ready" || is.reason !== "no_answer") return null;
  return {
    agent: is.agent,
    interaction: call.interaction,
    name: call.customer?.name ?? "",
    number: call.caller_number,
    at_ms: is.since_ms,
  };
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
