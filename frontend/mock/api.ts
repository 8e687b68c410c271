import type { IncomingMessage, ServerResponse } from "node:http";
import * as data from "./data";

/** Who is signed in, and what is going on, are cookies: `mock_person`, `mock_language`, `mock_theme`, `mock_scene`. */
export function cookies(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    (request.headers.cookie ?? "").split(/;\s*/).map((it) => it.split("=") as [string, string]),
  );
}

const AGENT = ["agent.work", "interactions.view_own", "recordings.listen", "customers.view", "customers.edit"];
const ADMIN = [
  "board.view",
  "interactions.view_own",
  "interactions.view_all",
  "recordings.listen",
  "reports.view",
  "people.manage",
  "queues.manage",
  "dids.manage",
  "flows.manage",
  "prompts.manage",
  "trunks.manage",
  "agents.supervise",
  "audit.view",
  "tokens.manage",
  "customers.view",
  "customers.edit",
];

function session(request: IncomingMessage) {
  const { mock_person: login = "", mock_language: language = "zh-CN", mock_theme: theme = "light" } = cookies(request);
  const agent = /^1\d{3}$/.test(login) ? login : null;
  return {
    signed_in: login !== "",
    person: login
      ? {
          id: "me",
          login,
          name: agent ? "李娜" : language === "zh-CN" ? "系统管理员" : "Administrator",
          language,
          theme,
          email: "",
          phone: "",
          agent,
          roles: [agent ? "agent" : "administrator"],
          active: true,
        }
      : null,
    permissions: login ? (agent ? AGENT : ADMIN) : [],
    tenant: login
      ? { id: "demo", name: "callbase demo", timezone: "Asia/Shanghai", languages: ["zh-CN", "en-US"] }
      : null,
    demo: true,
    csrf_token: "mock",
  };
}

const page = <T>(items: T[]) => ({ items, total: items.length, page: 1, page_size: 500 });

const LISTS: Record<string, unknown[]> = {
  people: data.people,
  roles: ["agent", "supervisor", "administrator"].map((id) => ({ id, name: id })),
  queues: data.queues,
  dids: [{ number: "4008001234", flow: "main", language: null, priority: 0, description: "" }],
  flows: [data.flow],
  prompts: [
    {
      id: "welcome",
      text: {
        "zh-CN": "您好，欢迎致电 callbase 演示中心。",
        "en-US": "Hello and welcome to the callbase demo centre.",
      },
      files: { "zh-CN": true, "en-US": false },
    },
    { id: "busy", text: { "zh-CN": "座席正忙，请稍候。", "en-US": "All agents are busy. Please hold." }, files: {} },
  ],
  trunks: [
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
  ],
  outcomes: data.outcomes,
  "not-ready-reasons": data.reasons,
  customers: data.customers,
  tokens: [
    {
      id: "t1",
      name: "CRM",
      scopes: ["interactions.view_all", "customers.view"],
      created_at: data.iso(data.now() - 864e5),
      last_used_at: data.iso(data.now() - 36e5),
    },
  ],
  audit: data.audit,
};

function find(path: string, query: URLSearchParams, request: IncomingMessage): unknown {
  const [first = "", second, third] = path.split("/");
  if (path === "auth/session" || path === "auth/sign-in") return session(request);
  if (path === "me") return session(request).person;
  if (path === "softphone")
    return {
      agent: "1001",
      devices: [
        { id: "1001-web", kind: "browser" },
        { id: "1001", kind: "sip" },
      ],
      sip: { uri: "sip:1001-web@callbase", user: "1001-web", password: "x", realm: "callbase", ws_path: "/sip" },
      not_ready_reasons: data.reasons,
      outcomes: data.outcomes,
    };
  if (path === "demo/phone")
    return {
      sip: {
        uri: "sip:demo-customer-1@callbase",
        user: "demo-customer-1",
        password: "x",
        realm: "callbase",
        ws_path: "/sip",
      },
      number: `1380013800${query.get("line") ?? 1}`,
      dial: "4008001234",
    };
  if (path === "reports/today") return data.report();
  if (path === "system/health")
    return {
      status: "ok",
      parts: { database: "ok", engine: "ok", switch: "ok", worker: "queue is 3 jobs behind" },
      versions: { callbase: "0.1.0", asterisk: "22.10.1", postgresql: "18.0" },
    };
  if (first === "recordings" && third === "peaks") return data.peaks();
  if (first === "interactions") {
    if (second) return data.detail(second);
    const caller = query.get("caller");
    const items = data.summaries().filter((it) => !caller || it.caller_number === caller);
    return { ...page(items.slice(0, Number(query.get("page_size") ?? 50))), total: items.length };
  }
  const list = LISTS[first];
  if (!list) return undefined;
  return second ? list.find((it) => (it as { id?: string }).id === second) : page(list);
}

export async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  const found = find(url.pathname.slice("/api/".length), url.searchParams, request);
  response.setHeader("Content-Type", "application/json");
  response.statusCode = found === undefined ? 404 : 200;
  response.end(JSON.stringify(found ?? { error: { code: "not_found", message: "", field: null, data: {} } }));
}
