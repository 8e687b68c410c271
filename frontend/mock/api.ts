import type { IncomingMessage, ServerResponse } from "node:http";
import type { Alarm, AlarmRecipient, Health, Permission, Session } from "../src/api/types";
import { outcomes, reasons } from "./cast";
import { iso, MINUTE_MS, now } from "./clock";
import { detail } from "./detail";
import { findings, listedNumbers, listOf, queues, roles } from "./lists";
import { peaks, silence, summaries, voicemails } from "./past";
import { emptyReport, report } from "./report";
import { type Scene, type Setting, settingOf } from "./setting";

const AGENT: Permission[] = [
  "agent.work",
  "board.view",
  "interactions.view_own",
  "recordings.listen",
  "customers.view",
  "customers.edit",
];
const SUPERVISOR: Permission[] = [
  ...AGENT,
  "interactions.view_all",
  "reports.view",
  "agents.supervise",
  "calls.listen",
  "calls.whisper",
  "calls.barge",
  "calls.take_over",
  "calls.release",
];
const ADMINISTRATOR: Permission[] = [
  ...SUPERVISOR,
  "people.manage",
  "queues.manage",
  "dids.manage",
  "flows.manage",
  "prompts.manage",
  "trunks.manage",
  "audit.view",
  "tokens.manage",
];

const isAgent = (login: string): boolean => /^1\d{3}$/.test(login);

function session({ person: login, language, theme, scene }: Setting): Session {
  const known = (listOf("people") as { login: string; name: string; roles: string[] }[]).find(
    (it) => it.login === login,
  );
  const signedIn = known !== undefined;
  return {
    signed_in: signedIn,
    person: signedIn
      ? {
          id: "me",
          login,
          name: known.name,
          language,
          theme,
          email: "",
          phone: "",
          agent: isAgent(login) ? login : null,
          roles: known.roles,
          active: true,
        }
      : null,
    permissions: signedIn ? permissions(login, scene) : [],
    tenant: signedIn
      ? { id: "demo", name: "云帆家居 Yunfan Home", timezone: "Asia/Shanghai", languages: ["zh-CN", "en-US"] }
      : null,
    in_queues: isAgent(login),
    renewable: false,
    demo: true,
    csrf_token: "mock",
  };
}

function permissions(login: string, scene: Scene): Permission[] {
  if (isAgent(login) && scene !== "supervising") return AGENT;
  return login === "admin" ? ADMINISTRATOR : SUPERVISOR;
}

const sip = (user: string) => ({
  uri: `sip:${user}@callbase`,
  user,
  password: "x",
  realm: "callbase",
  ws_path: "/sip",
});

const health = (): Health => ({
  status: "unwell",
  parts: { database: "ok", engine: "ok", switch: "ok", worker: "silent for 40 s" },
  version: "0.1.0",
  checked_in_ms: 12.4,
  database_bytes: 48_900_000,
  disk_free_bytes: 121_400_000_000,
  disk_bytes: 250_000_000_000,
  recordings: { to_encode: 3, failed: 0, oldest_waiting_at: null },
  consoles: 21,
});

const alarmRecipients = (): AlarmRecipient[] => [
  {
    id: "1",
    kind: "email",
    address: "night-shift@yunfan.example.com",
    severity: "critical",
    language: "zh-CN",
    last_sent_at: iso(now() - 604 * MINUTE_MS),
    failing: "",
    again_at: null,
  },
  {
    id: "2",
    kind: "webhook",
    address: "https://oncall.yunfan.example.com/hooks/callbase",
    severity: "major",
    language: "en-US",
    last_sent_at: iso(now() - 600 * MINUTE_MS),
    failing: "it answers 502",
    again_at: iso(now() + 2 * MINUTE_MS),
  },
];

function alarms(query: URLSearchParams): Alarm[] {
  const at = (minutes: number) => iso(now() - minutes * MINUTE_MS);
  const quiet = { acknowledged_at: null, acknowledged_by: "", note: "" };
  const all: Alarm[] = [
    {
      id: 3,
      source: "worker",
      severity: "major",
      text: "silent for 40 s",
      raised_at: at(4),
      cleared_at: null,
      ...quiet,
    },
    {
      id: 2,
      source: "backup",
      severity: "major",
      text: "the last one failed: sftp:backup@10.0.0.9:/callbase: connection refused",
      raised_at: at(600),
      cleared_at: null,
      acknowledged_at: at(540),
      acknowledged_by: "管理员",
      note: "10.0.0.9 is being moved; back at noon",
    },
    {
      id: 1,
      source: "engine",
      severity: "critical",
      text: "not answering: Cannot connect to host 127.0.0.1:43111",
      raised_at: at(3_000),
      cleared_at: at(2_999.8),
      ...quiet,
    },
  ];
  const open = query.get("open") === "true";
  const acknowledged = query.get("acknowledged");
  return all.filter(
    (it) =>
      (it.cleared_at === null) === open &&
      (acknowledged === null || (it.acknowledged_at !== null) === (acknowledged === "true")),
  );
}

function page<T>(items: T[], query: URLSearchParams) {
  const size = Number(query.get("page_size") ?? 50);
  const number = Number(query.get("page") ?? 1);
  return { items: items.slice((number - 1) * size, number * size), total: items.length, page: number, page_size: size };
}

function interactions(query: URLSearchParams) {
  const caller = query.get("caller");
  const search = query.get("search");
  return summaries().filter(
    (it) =>
      (!caller || it.caller_number === caller) &&
      (!search || `${it.caller_number} ${it.customer?.name} ${it.note}`.includes(search)),
  );
}

/** What GET gives; undefined where there is no such thing. */
function find(path: string, query: URLSearchParams, setting: Setting): unknown {
  const [noun = "", id, part] = path.split("/");
  const empty = setting.fault === "empty";
  if (path === "me") return session(setting).person;
  if (path === "softphone")
    return {
      agent: setting.person,
      devices: [
        { id: `${setting.person}-web`, kind: "browser", number: "" },
        { id: setting.person, kind: "sip", number: "" },
        { id: `${setting.person}-outside`, kind: "outside", number: "13700137000" },
      ],
      outside: "own",
      sip: sip(`${setting.person}-web`),
      not_ready_reasons: reasons,
      outcomes,
    };
  if (path === "demo/phone") {
    const line = query.get("line") ?? "1";
    return { sip: sip(`demo-customer-${line}`), number: `1380013800${line}`, dial: "4008001234" };
  }
  if (path === "reports/today") return empty ? emptyReport() : report(query.get("queue"));
  if (path === "system/health") return health();
  if (path === "system/alarms") return page(empty ? [] : alarms(query), query);
  if (path === "alarm-recipients") return page(empty ? [] : alarmRecipients(), query);
  if (path === "configuration/findings")
    return empty ? { ...findings, errors: 0, warnings: 0, findings: [] } : findings;
  if (noun === "caller-lists" && part === "numbers") return page(listedNumbers(), query);
  if (noun === "recordings" && part === "peaks") return peaks();
  if (path === "voicemails/new") return { total: empty ? 0 : voicemails().filter((it) => it.state === "new").length };
  if (noun === "interactions") return id ? detail(id) : page(empty ? [] : interactions(query), query);
  if (path === "roles/templates") return roles.filter((it) => it.id !== "quality");
  const list = noun === "queues" && setting.scene.startsWith("crowded") ? crowdedQueues : listOf(noun);
  if (!list) return undefined;
  if (id) return list.find((it) => (it as { id?: string }).id === id);
  const search = query.get("search")?.toLowerCase() ?? "";
  const active = query.get("active");
  const found = list.filter(
    (it) =>
      JSON.stringify(it).toLowerCase().includes(search) &&
      (!query.has("role") || (it as { roles: string[] }).roles.includes(query.get("role") ?? "")) &&
      (!active || (it as { active?: boolean }).active === (active === "true")),
  );
  return page(empty ? [] : found, query);
}

/** Two hundred, some of whose names take three lines. */
const crowdedQueues = Array.from({ length: 200 }, (_, index) => {
  const more = index % 3 ? "" : " for business customers of the northern and eastern provinces";
  return { ...queues[0], id: `q${index}`, name: { "zh-CN": `队列 ${index}${more}`, "en-US": `Queue ${index}${more}` } };
});

const failed = (code: string, message = "", field: string | null = null, fields = {}) => ({
  error: { code, message, field, fields, data: {} },
});

/** A change refused as the server would: the field named, in the words of whoever asks. */
function refusal(path: string, { language }: Setting) {
  const zh = language === "zh-CN";
  if (path === "auth/sign-in")
    return failed("sign_in_failed", zh ? "账号或密码不正确。" : "Name or password is wrong.");
  const taken = zh ? "已被使用。" : "This is already in use.";
  return failed("invalid", taken, "id", { id: [taken], login: [taken], number: [taken], name: [taken] });
}

export function answer(request: IncomingMessage, response: ServerResponse): void {
  const setting = settingOf(request);
  const url = new URL(request.url ?? "/", "http://mock");
  const path = url.pathname.slice("/api/".length);
  const say = (status: number, body: unknown) => {
    response.setHeader("Content-Type", "application/json");
    response.statusCode = status;
    response.end(JSON.stringify(body));
  };
  if (request.method !== "GET") {
    if (setting.fault === "refusing") say(path === "auth/sign-in" ? 401 : 422, refusal(path, setting));
    else if (path === "tokens") say(201, { ...listOf("tokens")?.[0], token: "cb_6f1Yt0mJq8sX2vLr9wKc4uNe7aZb5dHg" });
    else say(200, path === "auth/sign-in" ? session(setting) : {});
    return;
  }
  if (path === "auth/session") say(200, session(setting));
  else if (path === "embedding") say(200, { origins: ["https://crm.example.com"] });
  else if (path.endsWith("/audio") || path.includes("/audio/")) {
    response.setHeader("Content-Type", "audio/wav");
    response.end(silence());
  } else if (setting.fault === "failing" && path !== "softphone") say(500, failed("internal"));
  else if (setting.fault !== "silent" || path === "softphone") {
    const found = find(path, url.searchParams, setting);
    say(found === undefined ? 404 : 200, found ?? failed("not_found"));
  }
}
