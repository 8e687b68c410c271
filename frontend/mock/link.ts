import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { type AgentView, type Change, PROTOCOL, type TenantView } from "../src/link/messages";
import { now } from "./clock";
import { AFTERWARDS, ME, tenantView } from "./live";
import { settingOf } from "./setting";

/** Visits of the scene `link_lost` that have had their one snapshot. */
const lost = new Set<string>();

const AFTER_MS = 100;

/** A link that shows one scene and says yes to everything. */
export function speakLink(connection: WebSocket, request: IncomingMessage): void {
  const { person, language, scene, visit } = settingOf(request);
  const send = (message: object) => connection.send(JSON.stringify(message));
  const greet = () => {
    if (lost.has(visit)) {
      connection.close();
      return;
    }
    if (scene === "link_refused") {
      send({ type: "refused", code: "not_signed_in", message: "" });
      return;
    }
    const you = /^1\d{3}$/.test(person) ? person : "";
    const state = tenantView(scene);
    send({ type: "snapshot", seq: 0, now_ms: now(), protocol: PROTOCOL, state, you });
    const then = AFTERWARDS[scene];
    if (then) setTimeout(() => send(change(state, [{ ...state.agents[ME]!, ...then }])), AFTER_MS);
    if (scene === "engine_away") send({ type: "engine_status", online: false });
    if (scene === "link_lost") {
      lost.add(visit);
      connection.close();
    }
  };
  connection.on("message", (text) => {
    const message = JSON.parse(String(text));
    if (message.type === "request")
      send({ type: "reply", id: message.id, error: null, message: words(message.action.type, language) });
    else greet();
  });
}

const change = ({ tenant }: TenantView, agents: AgentView[]): Change => ({
  type: "change",
  seq: 1,
  now_ms: now(),
  tenant,
  agents,
  changed_agents: {},
  interactions: [],
  queues: [],
  trunks: [],
  removed_agents: [],
  removed_interactions: [],
  removed_queues: [],
  removed_trunks: [],
  config_version: null,
  switch_online: null,
});

/** The one question there is an answer to. */
function words(action: string, language: string): string {
  if (action !== "ExplainAgent") return "";
  return language === "zh-CN"
    ? "陈思远 现在不能接听：示忙。“销售”：没有来电在等待。"
    : "陈思远 cannot be asked now: not ready. Sales: nobody waits.";
}
