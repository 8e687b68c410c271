import type { Permission } from "../api/types";
import type { AgentView, InteractionView, SupervisionMode } from "../link/messages";
import { partOf } from "../softphone/part";

/** What a supervisor may ask of an agent at once; the engine has the last word. */
export type AgentAction = "ready" | "not_ready" | "release" | "restart" | "sign_out";

/** What makes sense in the agent's state, in the order it is offered in. */
export function actionsFor(agent: Pick<AgentView, "state" | "interaction" | "next_state">): AgentAction[] {
  if (agent.state === "logged_off") return [];
  const readyNext = agent.state === "busy" ? agent.next_state !== null : !["ready", "reserved"].includes(agent.state);
  const talks = agent.state === "busy" && agent.interaction !== null;
  return [
    ...(readyNext ? (["ready"] as const) : []),
    "not_ready",
    ...(talks ? (["release"] as const) : []),
    ...(mayRestart(agent) ? (["restart"] as const) : []),
    "sign_out",
  ];
}

/** Its session can begin anew (RestartSession). */
export const mayRestart = ({ state }: Pick<AgentView, "state">): boolean => state !== "logged_off" && state !== "busy";

/** The ways of being at an agent's call, the quietest first. */
export const MODES = ["listen", "whisper", "barge", "take_over"] as const satisfies readonly SupervisionMode[];

export const modePermission = (mode: SupervisionMode): Permission => `calls.${mode}`;

/** The phases in which an agent may be talking; in the others it dials, or waits. */
const TALKING: InteractionView["phase"][] = ["talk", "hold", "conference", "reconnecting"];

/**
 * Those that the engine would take now (`callbase/core/supervision`), and that are not so already. `call`: the agent's; `me`: who
 * supervises, null for who has no telephone.
 */
export function modesFor(
  agent: AgentView,
  call: InteractionView | null | undefined,
  me: AgentView | null,
): SupervisionMode[] {
  if (me === null || me.agent === agent.agent || !call) return [];
  const part = partOf(agent, call);
  if (agent.state !== "busy" || !TALKING.includes(call.phase) || part === null || agent.connection === "alerting")
    return [];
  const present = me.supervises;
  if (present === null && !((me.state === "ready" || me.state === "not_ready") && me.device_online)) return [];
  const here = present?.agent === agent.agent;
  if (present !== null && !here && agent.connection === "reconnecting") return [];
  const replaceable =
    part !== "consulted" && call.phase !== "conference" && (part !== "caller" || call.phase === "talk");
  return MODES.filter((mode) => !(here && mode === present.mode) && (mode !== "take_over" || replaceable));
}

/** While a call goes on the change comes when it, and its wrap-up, are over. */
export const comesLater = (agent: Pick<AgentView, "state">): boolean =>
  agent.state === "busy" || agent.state === "reserved";

/** Whether who is to be called back waits for it. */
export const waitsForCallback = (call: Pick<InteractionView, "callback" | "phase" | "until_open">): boolean =>
  call.callback && (call.phase === "queue" || call.until_open);

/** What may be done with a call nobody has answered yet. */
export type CallAction = "first" | "reroute" | "release";

export function callActionsFor(call: Pick<InteractionView, "phase" | "position">): CallAction[] {
  if (call.phase === "queue") return [...(call.position === 1 ? [] : (["first"] as const)), "reroute", "release"];
  return call.phase === "offer" ? ["reroute", "release"] : ["release"];
}
