import type { AgentState } from "../link/messages";
import { useLink } from "../link/store";
import type { Phone } from "./phone";

/** A call's beginning and end come by two connections, in either order. */
const AFTER_MS = 3_000;
const IN_NO_CALL: ReadonlySet<AgentState> = new Set(["ready", "not_ready", "working_after_call", "logged_off"]);

/** Ends the telephone's call once the platform's is over: a BYE is lost with the connection it should have come by. */
export function watchOver(phone: Phone): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    if (!isOver(phone)) {
      clearTimeout(timer);
      timer = undefined;
    } else timer ??= setTimeout(() => phone.send({ type: "over" }), AFTER_MS);
  };
  const stops = [useLink.subscribe(look), phone.subscribe(look), () => clearTimeout(timer)];
  return () => {
    for (const stop of stops) stop();
  };
}

function isOver(phone: Phone): boolean {
  const { status, engineOnline, view, you } = useLink.getState();
  const state = view?.agents[you]?.state;
  const known = status === "live" && engineOnline && state !== undefined;
  return known && IN_NO_CALL.has(state) && phone.getState().call?.phase === "talking";
}
