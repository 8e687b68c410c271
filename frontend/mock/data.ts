/** A made-up centre. Times are relative to now, so that timers tick plausibly. */

export const now = (): number => Date.now();
export const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;

export type Scene = "idle" | "offer" | "talk" | "hold" | "wrap_up";

const NAMES = ["李娜", "王伟", "张敏", "刘洋", "陈静", "Emma Clark", "赵磊", "孙丽", "Jack Turner", "周杰"];
const STATES = [
  "ready",
  "busy",
  "busy",
  "working_after_call",
  "not_ready",
  "ready",
  "busy",
  "reserved",
  "not_ready",
  "logged_off",
];

export const outcomes = [
  { id: "resolved", name: { "zh-CN": "已解决", "en-US": "Resolved" } },
  { id: "follow_up", name: { "zh-CN": "需跟进", "en-US": "Follow up" } },
  { id: "complaint", name: { "zh-CN": "投诉", "en-US": "Complaint" } },
  { id: "sale", name: { "zh-CN": "成交", "en-US": "Sale" } },
  { id: "wrong_number", name: { "zh-CN": "打错电话", "en-US": "Wrong number" } },
];
export const reasons = [
  { id: "break", name: { "zh-CN": "小休", "en-US": "Break" } },
  { id: "lunch", name: { "zh-CN": "用餐", "en-US": "Lunch" } },
  { id: "training", name: { "zh-CN": "培训", "en-US": "Training" } },
];
export const customers = [
  {
    id: "c1",
    name: "陈志强",
    company: "华东物流有限公司",
    level: "VIP",
    numbers: ["13800138001", "02158886666"],
    notes: "合同 2027 年 3 月到期。偏好上午联系。\n上次咨询了批量发货的折扣。",
  },
  {
    id: "c2",
    name: "Sarah Mitchell",
    company: "Northwind Trading",
    level: "Gold",
    numbers: ["13800138002"],
    notes: "Prefers English.",
  },
  { id: "c3", name: "吴敏", company: "", level: "", numbers: ["13800138003"], notes: "" },
  { id: "c4", name: "郑建国", company: "建国五金", level: "", numbers: ["13800138004"], notes: "" },
];
export const queueNames = {
  sales: { "zh-CN": "销售", "en-US": "Sales" },
  support: { "zh-CN": "客户服务", "en-US": "Support" },
};

export const queues = (["sales", "support"] as const).map((id, index) => ({
  id,
  name: queueNames[id],
  algorithm: "longest_idle",
  priority: 0,
  offer_timeout_s: 20,
  wrap_up_s: 30,
  service_level_s: 20,
  record: true,
  waiting: { music: "default", steps: [{ at_s: 5, what: "place", every_s: 30, say: null, music: null }] },
  members: NAMES.slice(index * 5, index * 5 + 5).map((_, place) => ({
    agent: String(1001 + index * 5 + place),
    priority: 1,
    level: 50,
  })),
  when_deleted: null,
}));

const ME = "1001";

export function tenantView(scene: Scene) {
  const at = now();
  const talking = { idle: null, offer: "i1", talk: "i1", hold: "i1", wrap_up: "i1" }[scene];
  const agents = Object.fromEntries(
    NAMES.map((name, index) => {
      const agent = String(1001 + index);
      const mine = agent === ME;
      const state = mine
        ? { idle: "ready", offer: "reserved", talk: "busy", hold: "busy", wrap_up: "working_after_call" }[scene]
        : STATES[index];
      const connection = mine
        ? { idle: null, offer: "alerting", talk: "connected", hold: "hold", wrap_up: null }[scene]
        : state === "busy"
          ? index === 6
            ? "hold"
            : "connected"
          : null;
      return [
        agent,
        {
          agent,
          name,
          state,
          reason: state === "not_ready" ? (index === 8 ? "device_lost" : "break") : null,
          since_ms: at - (mine ? 7_000 : index * 83_000 + 31_000),
          device: state === "logged_off" ? null : `${agent}-web`,
          device_online: index !== 8,
          devices_online: index === 8 ? [] : [`${agent}-web`],
          interaction: mine ? talking : state === "busy" ? `b${index}` : null,
          next_state: null,
          queues: [index < 5 ? "sales" : "support"],
          wrap_up_until_ms: state === "working_after_call" ? at + 21_000 : null,
          connection,
          console_online: state !== "logged_off",
        },
      ];
    }),
  );
  const base = {
    channel: "voice",
    direction: "inbound",
    called_number: "4008001234",
    trunk: "demo-trunk",
    language: "zh-CN",
    data: {},
    priority: 0,
    outcome: null,
    recording: null,
  };
  const call = (interaction: string, phase: string, customer: (typeof customers)[number] | null, more: object) => ({
    ...base,
    interaction,
    phase,
    caller_number: customer?.numbers[0] ?? "13900139777",
    customer: customer && {
      id: customer.id,
      name: customer.name,
      number: customer.numbers[0],
      level: customer.level,
      company: customer.company,
      notes: customer.notes,
    },
    queue: "sales",
    also_in: [],
    position: null,
    agent: null,
    started_ms: at - 95_000,
    phase_since_ms: at - 7_000,
    ...more,
  });
  const list = [
    call("b1", "talk", customers[1]!, { agent: "1002" }),
    call("b2", "talk", customers[3]!, { agent: "1003" }),
    call("b6", "hold", customers[2]!, { agent: "1007", queue: "support" }),
    call("w1", "queue", customers[2]!, {
      position: 1,
      queue: "support",
      started_ms: at - 140_000,
      phase_since_ms: at - 128_000,
    }),
    call("w2", "queue", null, { position: 2, queue: "support", phase_since_ms: at - 46_000 }),
    call("w3", "flow", null, { queue: null, caller_number: "13700137003", started_ms: at - 9_000 }),
    ...(talking
      ? [
          call(
            "i1",
            { offer: "offer", talk: "talk", hold: "hold", wrap_up: "wrap_up", idle: "" }[scene],
            customers[0]!,
            { agent: ME, data: { order: "SO-20261123-0815" } },
          ),
        ]
      : []),
  ];
  return {
    tenant: "demo",
    config_version: 1,
    switch_online: true,
    agents,
    interactions: Object.fromEntries(list.map((it) => [it.interaction, it])),
    trunks: { "demo-trunk": { trunk: "demo-trunk", calls: 6 } },
    queues: {
      sales: {
        queue: "sales",
        waiting: 0,
        oldest_since_ms: null,
        signed_in: 5,
        ready: 1,
        busy: 3,
        not_ready: 1,
        offered_today: 128,
        answered_today: 119,
        abandoned_today: 6,
        within_service_level_today: 108,
      },
      support: {
        queue: "support",
        waiting: 2,
        oldest_since_ms: at - 128_000,
        signed_in: 4,
        ready: 1,
        busy: 2,
        not_ready: 1,
        offered_today: 86,
        answered_today: 71,
        abandoned_today: 12,
        within_service_level_today: 55,
      },
    },
  };
}

export function summaries() {
  return Array.from({ length: 43 }, (_, index) => {
    const customer = index % 4 === 3 ? null : customers[index % 4]!;
    const abandoned = index % 9 === 4;
    const started = now() - index * 11 * minute - 4 * minute;
    const queue = index % 3 ? "sales" : "support";
    const queueMs = 4_000 + ((index * 7919) % 60_000);
    const talkMs = abandoned ? 0 : 45_000 + ((index * 104_729) % 400_000);
    const outcome = abandoned ? null : outcomes[index % outcomes.length]!;
    return {
      id: index === 0 ? "i1" : `s${index}`,
      channel: "voice",
      direction: "inbound",
      caller_number: customer?.numbers[0] ?? `1390013${String(9000 + index)}`,
      called_number: "4008001234",
      trunk: "demo-trunk",
      language: index % 5 === 1 ? "en-US" : "zh-CN",
      customer: customer && { id: customer.id, name: customer.name },
      queue,
      queue_name: queueNames[queue],
      agent: abandoned ? null : String(1001 + (index % 10)),
      agent_name: abandoned ? null : NAMES[index % 10],
      started_at: iso(started),
      answered_at: abandoned ? null : iso(started + 12_000 + queueMs),
      ended_at: iso(started + 12_000 + queueMs + talkMs),
      end_reason: abandoned ? "abandoned" : index % 2 ? "customer_hung_up" : "agent_hung_up",
      cause: "normal",
      outcome: outcome?.id ?? null,
      outcome_name: outcome?.name ?? null,
      note: index % 4 === 0 && !abandoned ? "客户询问批量发货折扣，已发送报价。" : "",
      data: {},
      queue_ms: queueMs,
      talk_ms: talkMs,
      hold_ms: abandoned ? 0 : 16_000,
      wrap_up_ms: abandoned ? 0 : 22_000,
      has_recording: !abandoned,
    };
  });
}

export function detail(id: string) {
  const summary = summaries().find((it) => it.id === id) ?? summaries()[0]!;
  const start = Date.parse(summary.started_at);
  let at = start;
  const span = (kind: string, ms: number, more: object = {}) => {
    const segment = {
      id: `${kind}${at}`,
      kind,
      started_at: iso(at),
      ended_at: iso(at + ms),
      result: "ended",
      queue: null,
      agent: null,
      agent_name: null,
      flow: null,
      ...more,
    };
    at += ms;
    return segment;
  };
  const who = { agent: "1001", agent_name: "李娜", queue: "sales" };
  const segments = [
    span("flow", 12_000, { flow: "main" }),
    span("queue", 34_000, { queue: "sales", result: "answered" }),
    span("talk", 74_000, who),
    span("hold", 16_000, who),
    span("talk", 51_000, who),
    span("wrap_up", 22_000, who),
    {
      id: "o1",
      kind: "offer",
      started_at: iso(start + 14_000),
      ended_at: iso(start + 34_000),
      result: "no_answer",
      queue: "sales",
      agent: "1004",
      agent_name: "刘洋",
      flow: null,
    },
    {
      id: "o2",
      kind: "offer",
      started_at: iso(start + 36_000),
      ended_at: iso(start + 46_000),
      result: "answered",
      ...who,
      flow: null,
    },
  ].sort((a, b) => a.started_at.localeCompare(b.started_at));
  return {
    ...summary,
    customer: customers[0],
    segments,
    explanations: [
      {
        at: iso(start + 36_000),
        rule: "longest_idle",
        queue: "sales",
        chosen: "1001",
        chosen_name: "李娜",
        chosen_idle_ms: 312_000,
        waited_ms: 24_000,
        position: 1,
        priority: 0,
        passed_over: [
          { agent: "1002", name: "王伟", why: "less_idle", data: { idle_ms: "94000" } },
          { agent: "1004", name: "刘洋", why: "already_tried", data: {} },
          { agent: "1003", name: "张敏", why: "busy", data: {} },
          { agent: "1005", name: "陈静", why: "not_ready", data: { reason: "lunch" } },
        ],
        passed_over_count: 4,
        text: {
          "zh-CN": "分配给李娜（1001）：在队列“销售”的就绪座席中空闲最久（5 分 12 秒）。客户已等待 24 秒，位于队首。",
          "en-US":
            "Offered to 李娜 (1001): idle the longest (5 min 12 s) of those ready in Sales. The caller had waited 24 s, first in line.",
        },
      },
    ],
    flow_steps: [
      { at: iso(start), flow: "main", node: "welcome", node_type: "greet", digit: null, port: null },
      { at: iso(start + 6_000), flow: "main", node: "main_menu", node_type: "menu", digit: null, port: null },
      { at: iso(start + 11_000), flow: "main", node: "main_menu", node_type: "menu", digit: "1", port: "1" },
      { at: iso(start + 12_000), flow: "main", node: "to_sales", node_type: "queue", digit: null, port: null },
    ],
    recordings: [
      { id: "r1", started_at: iso(start + 46_000), ended_at: iso(at), state: "stored", duration_ms: 141_000 },
    ],
    events: [
      { at: iso(start), type: "InteractionStarted", text: "来电 13800138001 → 4008001234" },
      { at: iso(start + 46_000), type: "RecordingBegan", text: "开始录音" },
    ],
  };
}

export function peaks() {
  const speech = (phase: number) =>
    Array.from({ length: 141 * 20 }, (_, index) => {
      const turn = Math.sin(index / 90 + phase) > 0.1 ? 1 : 0.03;
      return Math.min(1, turn * (0.12 + 0.5 * Math.abs(Math.sin(index * 1.7) * Math.sin(index / 7))));
    });
  return { duration_ms: 141_000, channels: 2, per_second: 20, peaks: [speech(0), speech(Math.PI)] };
}

export function report() {
  const measures = (scale: number) => ({
    offered: 128 * scale,
    answered: 119 * scale,
    abandoned: 6 * scale,
    service_level: 0.864,
    service_level_s: 20,
    asa_ms: 13_400,
    longest_wait_ms: 182_000,
    aht_ms: 236_000,
    talk_ms: 119 * 180_000,
    hold_ms: 119 * 14_000,
    wrap_up_ms: 119 * 24_000,
  });
  return {
    date: iso(now()).slice(0, 10),
    timezone: "Asia/Shanghai",
    totals: { ...measures(1), offered: 214, answered: 190, abandoned: 18 },
    queues: [
      { queue: "sales", name: queueNames.sales, ...measures(1) },
      {
        queue: "support",
        name: queueNames.support,
        ...measures(1),
        offered: 86,
        answered: 71,
        abandoned: 12,
        service_level: 0.663,
        asa_ms: 28_000,
      },
    ],
    agents: NAMES.slice(0, 9).map((name, index) => ({
      agent: String(1001 + index),
      name,
      answered: 27 - index * 2,
      talk_ms: (27 - index) * 172_000,
      hold_ms: 240_000,
      wrap_up_ms: 620_000,
      aht_ms: 231_000 + index * 4_000,
      ready_ms: 5_400_000,
      not_ready_ms: 1_260_000,
      signed_in_ms: 12_600_000,
      occupancy: 0.78 - index * 0.03,
    })),
    hours: [8, 9, 10, 11, 12, 13, 14, 15].map((hour, index) => ({
      hour,
      offered: 20 + index * 3,
      answered: [14, 31, 38, 29, 18, 26, 33, 12][index],
      abandoned: [0, 2, 5, 3, 1, 2, 4, 1][index],
    })),
  };
}

const say = (zh: string, en: string) => ({ text: { "zh-CN": zh, "en-US": en } });
export const flow = {
  id: "main",
  name: { "zh-CN": "总机菜单", "en-US": "Main menu" },
  version: 3,
  start: "welcome",
  nodes: {
    welcome: { type: "greet", say: say("您好，欢迎致电。", "Hello and welcome."), next: "menu" },
    menu: {
      type: "menu",
      say: say(
        "销售请按 1，客服请按 2，English please press 9。",
        "For sales press 1, for support 2, for the other language 9.",
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

export const people = [
  {
    id: "p0",
    login: "admin",
    name: "系统管理员",
    language: "zh-CN",
    theme: "system",
    email: "admin@example.com",
    phone: "",
    agent: null,
    roles: ["administrator"],
    active: true,
    queues: [],
    unit: null,
  },
  {
    id: "p1",
    login: "2001",
    name: "林主管",
    language: "zh-CN",
    theme: "system",
    email: "",
    phone: "",
    agent: null,
    roles: ["supervisor"],
    active: true,
    queues: [],
    unit: null,
  },
  ...NAMES.map((name, index) => ({
    id: `a${index}`,
    login: String(1001 + index),
    name,
    language: "zh-CN",
    theme: "system",
    email: "",
    phone: "",
    agent: { id: String(1001 + index) },
    roles: ["agent"],
    active: index !== 9,
    queues: [{ queue: index < 5 ? "sales" : "support", priority: 1, level: 50 }],
    unit: null,
  })),
];

export const audit = Array.from({ length: 12 }, (_, index) => ({
  at: iso(now() - index * 17 * minute),
  actor: "p0",
  actor_name: index % 3 ? "系统管理员" : "林主管",
  action: ["update", "sign_in", "create", "delete"][index % 4],
  object_type: ["queue", "person", "did", "customer"][index % 4],
  object_id: ["sales", "1001", "4008001235", "c9"][index % 4],
  changes: index % 4 === 0 ? { wrap_up_s: [20, 30], "name.zh-CN": ["销售部", "销售"] } : {},
  ip: "10.0.0.12",
}));
