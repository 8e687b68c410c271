import type {
  AuditItem,
  DidRecord,
  FlowRecord,
  Named,
  PromptRecord,
  QueueRecord,
  Say,
  TokenRecord,
  TrunkRecord,
} from "../src/api/types";
import { customers, NAMES, outcomes, people, queueNames, queueOf, reasons } from "./cast";
import { iso, MINUTE_MS, now } from "./clock";
import { simulations } from "./simulations";

/** What an administrator has configured, and the trail of it. */

export const queues: QueueRecord[] = (["sales", "support"] as const).map((id) => ({
  id,
  name: queueNames[id],
  algorithm: "longest_idle",
  priority: 0,
  offer_timeout_s: 20,
  wrap_up_s: 30,
  service_level_s: 20,
  record: true,
  waiting: { music: "default", steps: [{ at_s: 5, what: "place", every_s: 30, say: null, music: null }] },
  members: NAMES.flatMap((_, index) =>
    queueOf(index) === id ? [{ agent: String(1001 + index), priority: 1, level: 50 }] : [],
  ),
  when_deleted: null,
}));

const say = (zh: string, en: string): Say => ({ text: { "zh-CN": zh, "en-US": en } });

const flow: FlowRecord = {
  id: "main-menu",
  name: { "zh-CN": "总机菜单", "en-US": "Main menu" },
  version: 3,
  start: "welcome",
  nodes: {
    welcome: { type: "greet", say: { prompt: "welcome" }, next: "menu" },
    menu: {
      type: "menu",
      say: say(
        "选购产品请按一，售后支持请按二，英语服务请按九。",
        "For sales, press one. For support, press two. For service in Chinese, press nine.",
      ),
      choices: { "1": "to_sales", "2": "to_support", "9": "other" },
      otherwise: "bye",
    },
    other: { type: "set_language", language: "other", next: "menu" },
    to_sales: { type: "queue", queue: "sales", failed: "bye" },
    to_support: { type: "queue", queue: "support", failed: "bye" },
    bye: { type: "hang_up", say: say("感谢来电，再见。", "Thank you for calling. Goodbye.") },
  },
};

const dids: DidRecord[] = [
  { number: "4008001234", flow: "main-menu", language: null, priority: 0, description: "" },
  { number: "02160001234", flow: "main-menu", language: "en-US", priority: 10, description: "Export desk 海外业务" },
];

const prompts: PromptRecord[] = [
  {
    id: "welcome",
    text: {
      "zh-CN": "您好，欢迎致电云帆家居。",
      "en-US": "Hello, and welcome to Yunfan Home. For service in English, press nine.",
    },
    files: { "zh-CN": true, "en-US": false },
  },
  {
    id: "closed",
    text: {
      "zh-CN": "抱歉，该服务暂时无法接通，请稍后再拨。",
      "en-US": "Sorry, this service is not available now. Please call again later.",
    },
    files: {},
  },
];

const trunks: TrunkRecord[] = [
  {
    id: "demo-trunk",
    host: "",
    port: 5060,
    transport: "udp",
    match: ["127.0.0.1"],
    username: "",
    register: false,
    codecs: ["alaw", "ulaw"],
    max_channels: 30,
  },
  {
    id: "carrier-sh",
    host: "sbc.carrier.example",
    port: 5060,
    transport: "tcp",
    match: ["203.0.113.10", "203.0.113.11"],
    username: "02160001234",
    register: true,
    codecs: ["alaw"],
    max_channels: 0,
  },
];

const tokens = (): TokenRecord[] => [
  {
    id: "t1",
    name: "CRM",
    scopes: ["interactions.view_all", "customers.view", "customers.edit"],
    created_at: iso(now() - 20 * 864e5),
    last_used_at: iso(now() - 36e5),
  },
  { id: "t2", name: "Wallboard", scopes: ["board.view"], created_at: iso(now() - 864e5), last_used_at: null },
];

const DID_ID = "4008001235";
const CUSTOMER_ID = "5b0c1d9e-2f3a-4b5c-8d7e-9f0a1b2c3d4e";

/** Once a day's worth of each kind of entry, newest first. */
const TRAIL: Pick<AuditItem, "action" | "object_type" | "object_id" | "changes">[] = [
  {
    action: "queue.update",
    object_type: "queue",
    object_id: "sales",
    changes: { wrap_up_s: [20, 30], name: [{ "zh-CN": "销售部" }, { "zh-CN": "销售" }] },
  },
  { action: "sign_in", object_type: "person", object_id: "p0", changes: {} },
  {
    action: "did.create",
    object_type: "did",
    object_id: DID_ID,
    changes: { number: [null, DID_ID], flow: [null, "main-menu"], priority: [null, 0] },
  },
  {
    action: "customer.delete",
    object_type: "customer",
    object_id: CUSTOMER_ID,
    changes: { name: ["王芳", null], company: ["远航物流", null] },
  },
  { action: "sign_in.failed", object_type: "person", object_id: "1007", changes: { login: [null, "1007"] } },
  { action: "recording.listen", object_type: "recording", object_id: CUSTOMER_ID, changes: {} },
];

const audit = (): AuditItem[] =>
  Array.from({ length: 60 }, (_, index) => ({
    at: iso(now() - index * 17 * MINUTE_MS),
    actor: index % 6 === 4 ? "" : index % 3 ? "p0" : "p1",
    actor_name: index % 6 === 4 ? "" : index % 3 ? "系统管理员 Administrator" : "林静怡",
    ip: "10.0.0.12",
    ...TRAIL[index % TRAIL.length]!,
  }));

const role = (id: string): Named => ({ id, name: {} });

export function listOf(noun: string): object[] | undefined {
  const lists: Record<string, () => object[]> = {
    people: () => people,
    roles: () => ["agent", "supervisor", "administrator"].map(role),
    queues: () => queues,
    dids: () => dids,
    flows: () => [flow],
    prompts: () => prompts,
    trunks: () => trunks,
    outcomes: () => outcomes,
    "not-ready-reasons": () => reasons,
    customers: () => customers,
    tokens,
    audit,
    simulations,
  };
  return lists[noun]?.();
}
