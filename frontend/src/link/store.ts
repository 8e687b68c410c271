import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { LinkClient, type LinkState, overWebSocket } from "./client";
import type { AgentView, AnswerNow, AnyAction, InteractionView, ReplyMessage } from "./messages";

/** The one link of this page, and what React sees of it. */

export const useLink = create<LinkState>(() => ({
  status: "idle",
  view: null,
  you: "",
  engineOnline: true,
  skewMs: 0,
  refusal: null,
  retryAtMs: null,
}));

const answerListeners = new Set<(message: AnswerNow) => void>();
const elsewhereListeners = new Set<() => void>();

export const link = new LinkClient({
  open: () => {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    return overWebSocket(`${scheme}://${window.location.host}/link`)();
  },
  onState: (state) => useLink.setState(state, true),
  cards: true,
  onAnswerNow: (message) => {
    for (const listener of answerListeners) listener(message);
  },
  onSoftphoneElsewhere: () => {
    for (const listener of elsewhereListeners) listener();
  },
});

export function onSoftphoneElsewhere(listener: () => void): () => void {
  elsewhereListeners.add(listener);
  return () => elsewhereListeners.delete(listener);
}

export function onAnswerNow(listener: (message: AnswerNow) => void): () => void {
  answerListeners.add(listener);
  return () => answerListeners.delete(listener);
}

/** Rejects with RequestFailed where it was refused or not answered. */
export const enquire = (action: AnyAction): Promise<ReplyMessage> => link.request(action);

export const ask = async (action: AnyAction): Promise<void> => {
  await enquire(action);
};

const CONFIGURED_WITHIN_MS = 5_000;

/** Until the engine works by that version of the configuration; after a while it is tried all the same. */
export function configured(version: number): Promise<void> {
  const there = () => (useLink.getState().view?.config_version ?? 0) >= version;
  if (there()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      undo();
      clearTimeout(timer);
      resolve();
    };
    const undo = useLink.subscribe(() => there() && done());
    const timer = setTimeout(done, CONFIGURED_WITHIN_MS);
  });
}

/** Online, visible again, or out of the back/forward cache: do not wait for a time-out to notice what has become of the link. */
export function watchPage(): () => void {
  const online = () => link.reconnectNow();
  const visible = () => {
    if (document.visibilityState === "visible") link.checkAlive();
  };
  window.addEventListener("online", online);
  window.addEventListener("pageshow", visible);
  document.addEventListener("visibilitychange", visible);
  return () => {
    window.removeEventListener("online", online);
    window.removeEventListener("pageshow", visible);
    document.removeEventListener("visibilitychange", visible);
  };
}

export const useMyAgent = (): AgentView | null => useLink((state) => state.view?.agents[state.you] ?? null);

/** The interaction the agent is offered, talks in, or works after. */
export const useMyInteraction = (): InteractionView | null =>
  useLink((state) => {
    const id = state.view?.agents[state.you]?.interaction;
    return (id && state.view?.interactions[id]) || null;
  });

/** Whether requests can reach the engine now. */
export const useLinkUp = (): boolean => useLink((state) => state.status === "live" && state.engineOnline);

export const useAgents = (): AgentView[] => useLink(useShallow((state) => Object.values(state.view?.agents ?? {})));
