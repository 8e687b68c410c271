import type { AgentState, AgentView, InteractionView, PartyView, QueueView, TenantView } from "../src/link/messages";
import { customers, NAMES, nameOf, queueNames, queueOf } from "./cast";
import { now } from "./clock";
import type { Scene } from "./setting";

/** The engine's state as the link tells it, one for each scene. */

export const ME = "1001";

const AT_MOBILE = { device: `${ME}-outside`, device_number: "13700137000", devices_online: [`${ME}-outside`] };

/** What the scene's agent is doing, and in what call. */
const MINE: Partial<Record<Scene, Partial<AgentView>>> = {
  signed_out: { state: "logged_off", device: null },
  not_ready: { state: "not_ready", reason: "lunch" },
  offer: { state: "reserved", interaction: "i1", connection: "alerting" },
  transferred: { state: "busy", interaction: "i1", connection: "alerting" },
  returned: { state: "reserved", interaction: "i1", connection: "alerting" },
  parked_back: { state: "busy", interaction: "i1", connection: "alerting" },
  house_call: { state: "busy", interaction: "i1", connection: "alerting" },
  colleague: { state: "busy", interaction: "i1", connection: "connected" },
  invited: { state: "busy", interaction: "i1", connection: "alerting" },
  missed: { state: "reserved", interaction: "i1", connection: "alerting" },
  taken_over: { state: "busy", interaction: "i1", connection: "connected" },
  supervised: { state: "busy", interaction: "i1", connection: "connected" },
  crowded: { state: "busy", interaction: "i1", connection: "connected" },
  stranger: { state: "reserved", interaction: "i1", connection: "alerting" },
  talk: { state: "busy", interaction: "i1", connection: "connected" },
  hold: { state: "busy", interaction: "i1", connection: "hold" },
  pausing: { state: "busy", interaction: "i1", connection: "connected", next_state: "not_ready" },
  consult_rings: { state: "busy", interaction: "i1", connection: "hold" },
  consulting: { state: "busy", interaction: "i1", connection: "hold" },
  consult_held: { state: "busy", interaction: "i1", connection: "connected" },
  adding: { state: "busy", interaction: "i1", connection: "connected" },
  consulted: { state: "busy", interaction: "i1", connection: "alerting" },
  advising: { state: "busy", interaction: "i1", connection: "connected" },
  conference: { state: "busy", interaction: "i1", connection: "connected" },
  joined: { state: "busy", interaction: "i1", connection: "connected" },
  calling: { state: "busy", interaction: "i1", connection: "connected" },
  reconnecting: { state: "busy", interaction: "i1", connection: "reconnecting" },
  wrap_up: { state: "working_after_call", interaction: "i1" },
  device_lost: { state: "not_ready", reason: "device_lost", device_online: false, devices_online: [] },
  outside: { state: "ready", ...AT_MOBILE },
  outside_offer: { state: "reserved", interaction: "i1", connection: "alerting", ...AT_MOBILE },
};

const COLLEAGUE = "1002";

/** What follows the snapshot: a call that is missed or taken over is so from then on. */
export const AFTERWARDS: Partial<Record<Scene, Partial<AgentView>>> = {
  missed: { state: "not_ready", reason: "no_answer", interaction: null, connection: null },
  taken_over: {
    state: "working_after_call",
    connection: null,
    wrap_up_until_ms: now() + 21_000,
    intervention: { what: "taken_over", interaction: "i1", by: COLLEAGUE, at_ms: now() },
  },
};

function party(agent: string, more: Partial<PartyView> = {}): PartyView {
  return {
    party: `leg-${agent}`,
    kind: "agent",
    agent,
    number: "",
    connection: "connected",
    consulted: false,
    ...more,
  };
}

/** The call the scene's agent is in with others, by what differs from a plain talk; `customer` is put first. */
const WITH_OTHERS: Partial<Record<Scene, Partial<InteractionView>>> = {
  consult_rings: {
    phase: "hold",
    consultation: "alerting",
    parties: [party(ME, { connection: "hold" }), party(COLLEAGUE, { connection: "alerting", consulted: true })],
  },
  consulting: {
    phase: "hold",
    consultation: "connected",
    parties: [party(ME, { connection: "hold" }), party(COLLEAGUE, { consulted: true })],
  },
  consult_held: {
    phase: "talk",
    consultation: "held",
    parties: [party(ME), party(COLLEAGUE, { connection: "hold", consulted: true })],
  },
  adding: {
    phase: "talk",
    consultation: "joining",
    parties: [
      party(ME),
      party("", { kind: "number", agent: null, number: "02158886666", connection: "alerting", consulted: true }),
    ],
  },
  consulted: {
    phase: "hold",
    agent: COLLEAGUE,
    consultation: "alerting",
    parties: [party(COLLEAGUE, { connection: "hold" }), party(ME, { connection: "alerting", consulted: true })],
  },
  advising: {
    phase: "hold",
    agent: COLLEAGUE,
    consultation: "connected",
    parties: [party(COLLEAGUE, { connection: "hold" }), party(ME, { consulted: true })],
  },
  invited: {
    phase: "talk",
    agent: COLLEAGUE,
    consultation: "joining",
    parties: [party(COLLEAGUE), party(ME, { connection: "alerting", consulted: true })],
  },
  transferred: { phase: "flow", agent: COLLEAGUE, sent: { by: COLLEAGUE, how: "transferred" }, parties: [] },
  returned: { phase: "offer", sent: { by: ME, how: "transferred" }, parties: [] },
  parked_back: { phase: "parked", parties: [] },
  conference: { phase: "conference", parties: [party(ME), party(COLLEAGUE), party("1006")] },
  joined: { phase: "conference", agent: COLLEAGUE, parties: [party(COLLEAGUE), party(ME)] },
};

const PHASES: Partial<Record<AgentState, InteractionView["phase"]>> = {
  reserved: "offer",
  busy: "talk",
  working_after_call: "wrap_up",
};

const STATES: AgentState[] = [
  "ready",
  "busy",
  "busy",
  "working_after_call",
  "not_ready",
  "busy",
  "busy",
  "reserved",
  "not_ready",
  "logged_off",
];

function agentView(index: number, scene: Scene): AgentView {
  const agent = String(1001 + index);
  const state = scene === "deserted" ? "logged_off" : STATES[index % STATES.length]!;
  const lost = state === "not_ready" && index % 10 === 8;
  const inCall = ["busy", "reserved", "working_after_call"].includes(state);
  const view: AgentView = {
    agent,
    name: nameOf(agent),
    type: "agent",
    state,
    reason: state === "not_ready" ? (lost ? "device_lost" : "break") : null,
    since_ms: now() - sinceMs(state, index),
    device: `${agent}-web`,
    device_online: !lost,
    devices_online: lost ? [] : [`${agent}-web`],
    interaction: inCall ? `b${index}` : null,
    next_state: null,
    queues: [queueOf(index % NAMES.length)],
    moved: false,
    wrap_up_until_ms: null,
    connection: state === "reserved" ? "alerting" : state === "busy" ? (index % 7 === 6 ? "hold" : "connected") : null,
    console_online: true,
    supervises: null,
    supervised_by: [],
    unreached: null,
    intervention: null,
    device_number: "",
    rings_for_all: state === "reserved",
    connected_since_ms: null,
    digits_sent: null,
  };
  const mine = agent === ME ? { since_ms: now() - 7_000, ...MINE[scene] } : {};
  return offDesk({ ...view, ...crowdedName(scene, view), ...mine, ...supervision(scene, agent) });
}

/** Sixty characters, as some names are. */
const LONG_NAME = "Maximiliana Alexandra von Hohenstein-Rothenburg zu Falkenau";

const crowdedName = (scene: Scene, { agent, name }: AgentView): Partial<AgentView> =>
  scene.startsWith("crowded") && Number(agent) % 3 === 0 ? { name: `${LONG_NAME} ${name}` } : {};

/** A supervisor at a call: this agent is the supervisor of a colleague's, or has one at its own. */
function supervision(scene: Scene, agent: string): Partial<AgentView> {
  const at = { connected: true, since_ms: now() - 21_000, shown: true };
  if (scene === "supervising" && agent === ME) {
    const supervises = { ...at, supervisor: ME, agent: COLLEAGUE, interaction: "b1", mode: "listen" } as const;
    return { state: "busy", interaction: null, connection: null, supervises };
  }
  if (scene === "supervised" && agent === ME)
    return { supervised_by: [{ ...at, supervisor: COLLEAGUE, agent: ME, interaction: "i1", mode: "whisper" }] };
  return {};
}

/** Ringing is short, wrapping up a little longer, everything else as it comes. */
function sinceMs(state: AgentState, index: number): number {
  if (state === "reserved") return 4_000 + index * 300;
  if (state === "working_after_call") return 9_000 + index * 500;
  return 31_000 + ((index * 83_000) % 1_200_000);
}

/** Who is signed out has no device; who works after a call has a time for it. */
function offDesk(it: AgentView): AgentView {
  if (it.state === "logged_off") return { ...it, device: null, device_online: false, devices_online: [] };
  if (it.state === "working_after_call") return { ...it, wrap_up_until_ms: now() + 21_000 };
  return it;
}

function call(id: string, more: Partial<InteractionView>, customer = -1): InteractionView {
  const known = customers[customer];
  return {
    interaction: id,
    channel: "voice",
    direction: "inbound",
    phase: "talk",
    caller_number: known?.numbers[0] ?? "13900139777",
    called_number: "4008001234",
    trunk: "demo-trunk",
    language: "zh-CN",
    customer: known ? { ...known, number: known.numbers[0] } : null,
    data: {},
    queue: "sales",
    also_in: [],
    position: null,
    priority: 0,
    agent: null,
    outcome: null,
    note: "",
    started_ms: now() - 95_000,
    phase_since_ms: now() - 7_000,
    recording: null,
    callback: false,
    parties: [],
    asks: null,
    dialled: null,
    consultation: null,
    consultation_id: null,
    consultation_queue: null,
    sent: null,
    called_for: null,
    waits_since_ms: null,
    until_open: false,
    ...more,
  };
}

function callOf(agent: AgentView, index: number, scene: Scene): InteractionView {
  const phase =
    agent.connection === "hold" || agent.connection === "reconnecting"
      ? agent.connection
      : (PHASES[agent.state] ?? "talk");
  const mine = agent.agent === ME;
  if (mine && scene === "calling")
    return call(
      agent.interaction!,
      {
        phase: "dialing",
        direction: "outbound",
        agent: ME,
        caller_number: ME,
        called_number: "13800138002",
        parties: [party(ME)],
      },
      1,
    );
  if (mine && (scene === "house_call" || scene === "colleague")) {
    const both = scene === "colleague" ? [party(COLLEAGUE), party(ME)] : [party(COLLEAGUE)];
    const within = { direction: "internal", caller_number: COLLEAGUE, called_number: ME, queue: null } as const;
    return call(agent.interaction!, { ...within, phase: scene === "colleague" ? "talk" : "flow", parties: both });
  }
  const made = call(
    agent.interaction!,
    {
      phase,
      agent: agent.agent,
      queue: agent.queues[0]!,
      phase_since_ms: agent.since_ms,
      started_ms: agent.since_ms - 88_000,
      data: mine && scene !== "stranger" ? { order: "SO-20261123-0815", source: "官网" } : {},
    },
    mine ? (scene === "stranger" ? -1 : 0) : 1 + (index % 4),
  );
  if (mine && scene === "crowded") {
    made.caller_number = "+8613800138001380013800138001380";
    made.customer = { ...made.customer!, name: LONG_NAME, number: made.caller_number, company: LONG_NAME };
    made.data = { ...made.data, "x-a-name-of-data-that-is-as-long-as-some-programs-like": LONG_NAME.repeat(5) };
  }
  const others = (mine && WITH_OTHERS[scene]) || {};
  const talkers = agent.state === "busy" ? [party(agent.agent, { connection: agent.connection ?? "connected" })] : [];
  const customer: PartyView = {
    party: "leg-customer",
    kind: "customer",
    agent: null,
    number: made.caller_number,
    connection: phase === "hold" ? "hold" : "connected",
    consulted: false,
  };
  const parties = agent.state === "working_after_call" ? [] : [customer, ...(others.parties ?? talkers)];
  return { ...made, ...others, parties };
}

/** Who waits on the line. */
const caller = (): PartyView => ({
  party: "leg-caller",
  kind: "customer",
  agent: null,
  number: "13900139777",
  connection: "hold",
  consulted: false,
});

function waiting(scene: Scene): InteractionView[] {
  const at = now();
  const parked =
    scene === "to_fetch"
      ? [
          call("p1", { phase: "parked", phase_since_ms: at - 38_000, agent: "1006" }, 1),
          call("p2", { phase: "parked", phase_since_ms: at - 12_000, agent: "1003" }),
        ]
      : [];
  if (scene === "large")
    return Array.from({ length: 48 }, (_, index) =>
      call(`w${index}`, {
        phase: "queue",
        position: index + 1,
        queue: `q${index % 12}`,
        caller_number: `139001${String(39_000 + index * 7)}`,
        phase_since_ms: at - (300 - index * 6) * 1000,
      }),
    );
  return [
    ...parked,
    call("w1", { phase: "queue", position: 1, queue: "support", parties: [caller()], phase_since_ms: at - 128_000 }, 2),
    call("w2", { phase: "queue", position: 2, queue: "support", parties: [caller()], phase_since_ms: at - 46_000 }),
    call("w3", { phase: "flow", queue: null, caller_number: "13700137003", started_ms: at - 9_000 }),
  ];
}

function queueView(queue: string, agents: AgentView[], line: InteractionView[], today: number[]): QueueView {
  const inLine = line.filter((it) => it.queue === queue && it.phase === "queue");
  const count = (...states: AgentState[]) => agents.filter((it) => states.includes(it.state)).length;
  const [offered = 0, answered = 0, abandoned = 0, within = 0] = today;
  return {
    queue,
    waiting: inLine.length,
    oldest_since_ms: inLine.length ? Math.min(...inLine.map((it) => it.phase_since_ms)) : null,
    signed_in: agents.length - count("logged_off"),
    ready: count("ready"),
    busy: count("busy", "reserved", "working_after_call"),
    not_ready: count("not_ready"),
    offered_today: offered,
    answered_today: answered,
    abandoned_today: abandoned,
    within_service_level_today: within,
    average_wait_ms: 12_400,
    service_level: 0.86,
    expected_wait_ms: 35_000,
    overflowing: [],
    unreached: null,
  };
}

const byId = <T>(items: T[], id: (it: T) => string): Record<string, T> =>
  Object.fromEntries(items.map((it) => [id(it), it]));

export function tenantView(scene: Scene): TenantView {
  const crowded = scene.startsWith("crowded");
  const many = scene === "large" || crowded;
  const size = crowded ? 500 : many ? 160 : NAMES.length;
  const names = many ? Array.from({ length: crowded ? 200 : 12 }, (_, index) => `q${index}`) : Object.keys(queueNames);
  const agents = Array.from({ length: size }, (_, index) => {
    const view = agentView(index, scene);
    if (crowded && view.agent === ME) return { ...view, queues: names.slice(0, 40) };
    return many ? { ...view, queues: [names[index % names.length]!] } : view;
  });
  const line = scene === "deserted" ? [] : waiting(scene);
  const calls = agents.flatMap((it, index) => (it.interaction ? [callOf(it, index, scene)] : []));
  const today = { sales: [128, 119, 6, 108], support: [86, 71, 12, 55] } as Record<string, number[]>;
  const queueViews = names.map((id, index) =>
    queueView(
      id,
      agents.filter((it) => it.queues.includes(id)),
      line,
      scene === "deserted" ? [] : (today[id] ?? [200 - index * 9, 180 - index * 9, 12, 150 - index * 8]),
    ),
  );
  return {
    tenant: "demo",
    config_version: 1,
    switch_online: scene !== "switch_away",
    agents: byId(agents, (it) => it.agent),
    interactions: byId([...calls, ...line], (it) => it.interaction),
    numbers: ["4008001234"],
    trunks: { "demo-trunk": { trunk: "demo-trunk", calls: calls.length, group: null, lines_open: null } },
    queues: byId(queueViews, (it) => it.queue),
  };
}
