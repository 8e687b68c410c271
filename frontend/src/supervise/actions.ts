import type { Permission } from "../api/types";
import type { AgentView, InteractionView, SupervisionMode } from "../link/messages";

/** What a supervisor may ask of an agent at once; the engine has the last word. */
export type AgentAction = "ready" | "not_ready" | "release" | "sign_out";

/** What makes sense in the agent's state, in the order it is offered in. */
export function actionsFor(agent: Pick<AgentView, "state" | "interaction" | "next_state">): AgentAction[] {
  if (agent.state === "logged_off") return [];
  const readyNext = agent.state === "busy" ? agent.next_state !== null : !["ready", "reserved"].includes(agent.state);
  const talks = agent.state === "busy" && agent.interaction !== null;
  return [
    ...(readyNext ? (["ready"] as const) : []),
    "not_ready",
    ...(talks ? (["release"] as const) : []),
    "sign_out",
  ];
}

/** The ways of being at an agent's call, the quietest first. */
export const MODES = ["listen", "whisper", "barge", "take_over"] as const satisfies readonly SupervisionMode[];

export const modePermission = (mode: SupervisionMode): Permission => `calls.${mode}`;

/** Those that make sense for the agent now, and are not so already. `me`: who supervises; null for who has no telephone. */
export function modesFor(
  agent: Pick<AgentView, "agent" | "state" | "interaction" | "connection">,
  me: Pick<AgentView, "agent" | "state" | "supervises"> | null,
): SupervisionMode[] {
  if (me === null || me.agent === agent.agent) return [];
  if (agent.state !== "busy" || agent.interaction === null || agent.connection === "alerting") return [];
  if (me.supervises === null && me.state !== "ready" && me.state !== "not_ready") return [];
  const present = me.supervises?.agent === agent.agent ? me.supervises.mode : null;
  return MODES.filter((mode) => mode !== present);
}

/** While a call goes on the change comes when it, and its wrap-up, are over. */
export const comesLater = (agent: Pick<AgentView, "state">): boolean =>
  agent.state === "busy" || agent.state === "reserved";

/** What may be done with a call nobody has answered yet. */
export type CallAction = "first" | "reroute" | "release";

export function callActionsFor(call: Pick<InteractionView, "phase" | "position">): CallAction[] {
  if (call.phase === "queue") return [...(call.position === 1 ? [] : (["first"] as const)), "reroute", "release"];
  return call.phase === "offer" ? ["reroute", "release"] : ["release"];
}
