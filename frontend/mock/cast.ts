import type { CustomerRecord, Named, PersonRecord } from "../src/api/types";

/** Who works at the made-up centre, who calls it, and what they may choose from. */

export const NAMES = [
  "王晓燕",
  "李明轩",
  "张雨桐",
  "刘佳怡",
  "陈思远",
  "Emily Carter",
  "赵文博",
  "黄诗涵",
  "Daniel Brooks",
  "周子墨",
  "吴佳琪",
  "徐浩然",
  "孙梦洁",
  "Olivia Bennett",
  "马俊杰",
  "朱婉婷",
  "胡志强",
  "James Nolan",
  "郭雅静",
  "何宇航",
];

export const nameOf = (agent: string): string => NAMES[(Number(agent) - 1001) % NAMES.length]!;
export const queueOf = (index: number): "sales" | "support" => (index < 10 ? "sales" : "support");

export const queueNames = {
  sales: { "zh-CN": "销售", "en-US": "Sales" },
  support: { "zh-CN": "售后支持", "en-US": "Support" },
};

const named = (id: string, zh: string, en: string): Named => ({ id, name: { "zh-CN": zh, "en-US": en } });

export const outcomes = [
  named("resolved", "已解决", "Resolved"),
  named("order-placed", "已下单", "Order placed"),
  named("interested", "有意向", "Interested"),
  named("call-back", "需要回电", "Call back"),
  named("escalated", "已转交", "Passed on"),
  named("complaint", "投诉", "Complaint"),
  named("wrong-number", "打错电话", "Wrong number"),
  named("no-speech", "无人说话", "Nobody spoke"),
];

export const reasons = [
  named("break", "小休", "Break"),
  named("lunch", "午餐", "Lunch"),
  { ...named("meeting", "会议", "Meeting"), productive: true },
  { ...named("training", "培训", "Training"), productive: true },
  { ...named("paperwork", "处理工单", "Paperwork"), productive: true },
];

export const customers: CustomerRecord[] = [
  {
    id: "c1",
    name: "陈志强",
    company: "华东物流有限公司",
    level: "vip",
    numbers: ["13800138001", "02158886666"],
    notes: "合同 2027 年 3 月到期。偏好上午联系。\n上次咨询了批量发货的折扣。",
  },
  {
    id: "c2",
    name: "Sarah Mitchell",
    company: "Northwind Trading",
    level: "gold",
    numbers: ["13800138002"],
    notes: "Prefers English. Orders quarterly, always asks for a pro-forma invoice first.",
  },
  { id: "c3", name: "吴敏", company: "", level: "", numbers: ["13800138003"], notes: "" },
  {
    id: "c4",
    name: "郑建国",
    company: "建国五金",
    level: "silver",
    numbers: ["13800138004", "13900139004"],
    notes: "",
  },
  {
    id: "c5",
    name: "欧阳婉清",
    company: "上海临港新片区跨境电子商务供应链管理有限公司",
    level: "platinum",
    numbers: ["+8613800138005"],
    notes: "",
  },
];

function person(id: string, login: string, name: string, role: string, more: Partial<PersonRecord> = {}): PersonRecord {
  return {
    id,
    login,
    name,
    language: "zh-CN",
    theme: "system",
    email: "",
    phone: "",
    agent: null,
    roles: [role],
    active: true,
    queues: [],
    skills: {},
    unit: null,
    outside: "no",
    outside_number: "",
    ...more,
  };
}

export const people: PersonRecord[] = [
  person("p0", "admin", "系统管理员 Administrator", "administrator", { email: "admin@example.com" }),
  person("p1", "2001", "林静怡", "supervisor"),
  ...NAMES.map((name, index) => {
    const agent = String(1001 + index);
    return person(`a${index}`, agent, name, "agent", {
      agent: { id: agent },
      ...(index === 1 ? { outside: "fixed" as const, outside_number: "13700137000" } : {}),
      active: index !== 19,
      queues: [{ queue: queueOf(index), priority: 1, level: 50 }],
    });
  }),
];
