import type {
  CalendarRecord,
  CallerListRecord,
  Finding,
  FindingsReport,
  ListedNumber,
  OverflowRule,
  SkillRecord,
  TrunkGroupRecord,
} from "../src/api/rules";
import type {
  AuditItem,
  DidRecord,
  FlowRecord,
  Localized,
  MusicRecord,
  PromptRecord,
  QueueRecord,
  Say,
  TokenRecord,
  TrunkRecord,
} from "../src/api/types";
import { customers, NAMES, outcomes, people, queueNames, queueOf, reasons } from "./cast";
import { iso, MINUTE_MS, now } from "./clock";
import { voicemails } from "./past";
import { simulations } from "./simulations";

/** What an administrator has configured, and the trail of it. */

const overflow: OverflowRule = {
  id: "long-wait",
  when: {
    type: "all",
    of: [
      { type: "is", field: "queue.longest_wait_s", operator: "gt", value: 90 },
      {
        type: "any",
        of: [
          { type: "is", field: "queue.service_level", operator: "lt", value: 0.8 },
          { type: "is", field: "queue.ready", operator: "eq", value: 0 },
        ],
      },
      { type: "not", of: { type: "is", field: "caller_list", operator: "eq", value: "nuisance" } },
    ],
  },
  target: { type: "queues", queues: ["support"], also: true },
  hold_s: 120,
};

export const queues: QueueRecord[] = (["sales", "support"] as const).map((id) => ({
  id,
  name: queueNames[id],
  algorithm: "longest_idle",
  measure_window: "today",
  measure_over_s: 1800,
  last_served_s: 86_400,
  requires:
    id === "sales" ? [{ skill: "english", level: 80, language: "en-US", relax: [{ after_s: 60, level: 50 }] }] : [],
  rings:
    id === "sales"
      ? [
          { after_s: 0, priority: 1, level: 40 },
          { after_s: 20, priority: 100, level: 0 },
        ]
      : [],
  aging_s: 30,
  calendar: "office",
  closed: { type: "voicemail" },
  entry: [{ when: { type: "is", field: "customer.level", operator: "in", value: ["gold", "platinum"] }, priority: 5 }],
  overflow: id === "sales" ? [overflow] : [],
  callback: {},
  priority: 0,
  offer_timeout_s: 20,
  wrap_up_s: 30,
  service_level_s: 20,
  record: true,
  waiting: {
    music: "jazz",
    steps: [
      { at_s: 5, what: "place", every_s: 30, say: null, music: null },
      { at_s: 60, what: "say", every_s: 120, say: { prompt: "welcome" }, music: null },
      { at_s: 180, what: "music", every_s: 0, say: null, music: "default" },
    ],
    keys: { "1": { type: "callback" }, "2": { type: "voicemail" } },
  },
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
  {
    number: "4008001234",
    flow: "main-menu",
    language: null,
    priority: 0,
    description: "",
    calendar: null,
    closed: null,
  },
  {
    number: "02160001234",
    flow: "main-menu",
    language: "en-US",
    priority: 10,
    description: "Export desk 海外业务",
    calendar: "office",
    closed: { type: "voicemail" },
  },
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

const music: MusicRecord[] = [
  {
    id: "jazz",
    name: { "zh-CN": "午后爵士", "en-US": "Afternoon jazz" },
    seconds: 187,
    uploaded_at: "2026-11-20T03:12:00Z",
    used_by: ["sales"],
  },
  {
    id: "spring",
    name: { "zh-CN": "新春乐曲", "en-US": "Spring festival" },
    seconds: 0,
    uploaded_at: null,
    used_by: [],
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
    caller_number: "",
    group: null,
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
    caller_number: "02160001234",
    group: "hotline",
  },
];

const tokens = (): TokenRecord[] => [
  {
    id: "t1",
    name: "CRM",
    scopes: ["interactions.view_all", "customers.view", "customers.edit"],
    agents: [],
    queues: [],
    calls: "anywhere",
    expires_at: null,
    created_at: iso(now() - 20 * 864e5),
    last_used_at: iso(now() - 36e5),
  },
  {
    id: "t2",
    name: "Wallboard",
    scopes: ["board.view"],
    agents: ["1001"],
    queues: ["sales", "support"],
    calls: "own",
    expires_at: iso(now() + 30 * 864e5),
    created_at: iso(now() - 864e5),
    last_used_at: null,
  },
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
    object_name: "",
    ...TRAIL[index % TRAIL.length]!,
  }));

const named = (zh: string, en: string) => ({ "zh-CN": zh, "en-US": en });

const skills: SkillRecord[] = [
  { id: "english", name: named("英语", "English"), agents: { "1002": 90, "1004": 55, "1006": 72, "1009": 100 } },
  { id: "installation", name: named("安装售后", "Installation"), agents: { "1011": 80, "1012": 35, "1014": 60 } },
  { id: "french", name: named("法语", "French"), agents: {} },
];

const working = [
  { start: "09:00", end: "12:00" },
  { start: "13:30", end: "18:00" },
];
const calendars: CalendarRecord[] = [
  {
    id: "office",
    name: named("办公时间", "Office hours"),
    hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, spans: working })),
    days: [
      ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ date: `2026-10-0${day}`, name: named("国庆节", "National Day") })),
      { date: "2026-10-10", name: named("国庆节调休上班", "Working day for National Day"), spans: working },
    ],
  },
];

const callerLists: CallerListRecord[] = [
  { id: "nuisance", kind: "black", name: named("骚扰电话", "Nuisance"), priority: 0, target: null, count: 1284 },
  { id: "partners", kind: "red", name: named("合作伙伴", "Partners"), priority: 50, target: null, count: 36 },
];

const trunkGroups: TrunkGroupRecord[] = [
  {
    id: "hotline",
    name: named("客服热线", "Hotline"),
    priority: 0,
    lines_per_agent: 1.5,
    agents_of: ["sales", "support"],
    floor: 4,
    ceiling: 60,
    beyond: { type: "callback" },
  },
];

export const listedNumbers = (): ListedNumber[] =>
  ["13800138000", "139*", "02062783333", "+14155550100"].map((number, index) => ({
    number,
    note: index % 2 ? "" : "反复骚扰 repeated nuisance",
    added_at: iso(now() - index * 864e5),
  }));

const finding = (it: Omit<Finding, "text" | "name">, name: Localized, zh: string, en: string): Finding => ({
  ...it,
  name,
  text: named(zh, en),
});

export const findings: FindingsReport = {
  version: 41,
  errors: 2,
  warnings: 2,
  findings: [
    finding(
      { severity: "error", code: "nobody_qualifies", kind: "queue", id: "sales", field: "requires" },
      queueNames.sales,
      "没有成员满足技能要求（english），即使放宽到最低也没有：来电永远不会有人接听。",
      "No member fulfils what it requires (english), not even once it is relaxed: callers are never answered.",
    ),
    finding(
      { severity: "error", code: "overflow_circle", kind: "queue", id: "support", field: "overflow" },
      queueNames.support,
      "溢出形成环路：sales → support → sales。来电可能来回转移。",
      "Overflow runs in a circle: sales → support → sales. Callers may be sent round.",
    ),
    finding(
      { severity: "warning", code: "leads_nowhere", kind: "did", id: "02160001234", field: "flow" },
      {},
      "流程“main-menu”既不进入队列也不转给任何人：来电只能听完挂机。",
      "The flow “main-menu” leads to no queue and to nobody: callers can only listen and hang up.",
    ),
    finding(
      { severity: "warning", code: "skill_nobody_has", kind: "skill", id: "french", field: "" },
      named("法语", "French"),
      "没有座席具备此技能。",
      "No agent has this skill.",
    ),
  ],
};

const WORK = [
  "agent.work",
  "customers.view",
  "customers.edit",
  "board.view",
  "interactions.view_own",
  "recordings.listen",
];
const AT_CALLS = ["calls.listen", "calls.whisper", "calls.barge", "calls.take_over", "calls.release"];
const SUPERVISE = [...WORK, "interactions.view_all", "reports.view", "agents.supervise", ...AT_CALLS];
const MANAGE = ["people", "queues", "dids", "flows", "prompts", "trunks", "tokens"].map((it) => `${it}.manage`);
export const roles = [
  { id: "administrator", name: named("管理员", "Administrator"), permissions: [...SUPERVISE, ...MANAGE, "audit.view"] },
  { id: "agent", name: named("座席", "Agent"), permissions: WORK, scope: "own", people: 20 },
  {
    id: "quality",
    name: named("质检", "Quality"),
    permissions: ["interactions.view_all", "recordings.listen"],
    people: 0,
  },
  { id: "supervisor", name: named("班长", "Supervisor"), permissions: SUPERVISE },
].map((it) => ({ scope: "all", people: 1, ...it }));

export function listOf(noun: string): object[] | undefined {
  const lists: Record<string, () => object[]> = {
    people: () => people,
    roles: () => roles,
    queues: () => queues,
    dids: () => dids,
    flows: () => [flow],
    prompts: () => prompts,
    music: () => music,
    trunks: () => trunks,
    boards: () => [],
    voicemails: () => voicemails(),
    skills: () => skills,
    calendars: () => calendars,
    "caller-lists": () => callerLists,
    "trunk-groups": () => trunkGroups,
    "customer-levels": () => [
      { level: "platinum", priority: 30 },
      { level: "gold", priority: 20 },
    ],
    outcomes: () => outcomes,
    "not-ready-reasons": () => reasons,
    customers: () => customers,
    tokens,
    audit,
    simulations,
  };
  return lists[noun]?.();
}
