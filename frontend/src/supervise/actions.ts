import type { AgentView, InteractionView } from "../link/messages";

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

/** While a call goes on the change comes when it, and its wrap-up, are over. */
export const comesLater = (agent: Pick<AgentView, "state">): boolean =>
  agent.state === "busy" || agent.state === "reserved";

/** What may be done with a call nobody has answered yet. */
export type CallAction = "first" | "reroute" | "release";

export function callActionsFor(call: Pick<InteractionView, "phase" | "position">): CallAction[] {
  if (call.phase === "queue") return [...(call.position === 1 ? [] : (["first"] as const)), "reroute", "release"];
  return call.phase === "offer" ? ["reroute", "release"] : ["release"];
}
