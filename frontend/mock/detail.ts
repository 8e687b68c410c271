import type { InteractionDetail, SegmentItem } from "../src/api/types";
import { customers, nameOf } from "./cast";
import { iso } from "./clock";
import { summaries } from "./past";

/** One interaction, whole: it rang once in vain, was answered, held, and wrapped up. */
export function detail(id: string): InteractionDetail | undefined {
  const summary = summaries().find((it) => it.id === id);
  if (!summary) return undefined;
  const start = Date.parse(summary.started_at);
  const answered = summary.agent !== null;
  const agent = summary.agent ?? "1001";
  const who = { agent, agent_name: nameOf(agent), queue: "sales" };
  let at = start;
  const span = (kind: string, ms: number, more: Partial<SegmentItem> = {}): SegmentItem => {
    const segment = segmentOf(kind, at, ms, more);
    at += ms;
    return segment;
  };
  const segments = answered
    ? [
        span("flow", 12_000, { flow: "main-menu" }),
        span("queue", summary.queue_ms, { queue: "sales", result: "answered" }),
        span("talk", Math.round(summary.talk_ms * 0.6), who),
        span("hold", summary.hold_ms, who),
        span("talk", Math.round(summary.talk_ms * 0.4), who),
        span("wrap_up", summary.wrap_up_ms, who),
        segmentOf("offer", start + 14_000, summary.queue_ms / 2, {
          ...who,
          agent: "1004",
          agent_name: nameOf("1004"),
          result: "no_answer",
        }),
        segmentOf("offer", start + 14_500 + summary.queue_ms / 2, summary.queue_ms / 2 - 2_500, {
          ...who,
          result: "answered",
        }),
      ].sort((a, b) => a.started_at.localeCompare(b.started_at))
    : [
        span("flow", 12_000, { flow: "main-menu" }),
        ...(summary.queue ? [span("queue", summary.queue_ms, { queue: summary.queue, result: "abandoned" })] : []),
      ];
  const customer = customers.find((it) => it.id === summary.customer?.id);
  const step = (ms: number, node: string, node_type: string, digit: string | null = null) => ({
    at: iso(start + ms),
    flow: "main-menu",
    node,
    node_type,
    digit,
    port: digit,
  });
  return {
    ...summary,
    customer: customer ? { ...customer, number: summary.caller_number } : null,
    segments,
    explanations: answered ? [decision(start + 36_000, agent)] : [],
    flow_steps: [
      step(0, "welcome", "greet"),
      step(6_000, "menu", "menu"),
      ...(summary.queue ? [step(11_000, "menu", "menu", "1"), step(12_000, "to_sales", "queue")] : []),
    ],
    recordings: answered
      ? [
          {
            id: "r1",
            started_at: iso(start + 46_000),
            ended_at: summary.ended_at,
            state: recordingState(summary),
            duration_ms: 141_000,
            cut_short: "",
          },
        ]
      : [],
    quality: answered
      ? [
          {
            agent: summary.agent ?? "1001",
            agent_name: summary.agent_name,
            started_at: iso(start + 46_000),
            rtt_ms: 38,
            jitter_ms: 4,
            loss: 0.004,
            mos: 4.28,
            lowest_mos: 3.41,
          },
        ]
      : [],
    events: [
      {
        at: iso(start),
        type: "InteractionStarted",
        text: `${summary.caller_number || "匿名"} 呼叫 4008001234，经由中继 demo-trunk`,
      },
      { at: iso(start + 12_000), type: "SegmentStarted", text: "进入“销售”队列" },
      ...(answered ? [{ at: iso(start + 46_000), type: "RecordingBegan", text: "开始录音" }] : []),
    ],
  };
}

function segmentOf(kind: string, start: number, ms: number, more: Partial<SegmentItem>): SegmentItem {
  return {
    id: `${kind}${start}`,
    kind,
    started_at: iso(start),
    ended_at: iso(start + ms),
    result: "ended",
    queue: null,
    agent: null,
    agent_name: null,
    party: null,
    party_name: null,
    flow: null,
    flow_name: more.flow ? { "zh-CN": "主菜单", "en-US": "Main menu" } : null,
    ...more,
  };
}

/** Of the second answered one the worker has not encoded the recording yet; the fifth's could not be written. */
function recordingState({ id, ended_at }: { id: string; ended_at: string | null }): "recording" | "stored" | "failed" {
  if (!ended_at) return "recording";
  return id === "s5" ? "failed" : "stored";
}

function decision(at: number, agent: string): InteractionDetail["explanations"][number] {
  return {
    at: iso(at),
    rule: "longest_idle",
    queue: "sales",
    chosen: agent,
    chosen_name: nameOf(agent),
    chosen_idle_ms: 312_000,
    waited_ms: 24_000,
    position: 1,
    priority: 0,
    passed_over: [
      { agent: "1002", name: nameOf("1002"), why: "less_idle", data: { idle_ms: "94000" } },
      { agent: "1004", name: nameOf("1004"), why: "already_tried", data: {} },
      { agent: "1003", name: nameOf("1003"), why: "busy", data: {} },
      { agent: "1005", name: nameOf("1005"), why: "not_ready", data: { reason: "lunch" } },
    ],
    passed_over_count: 4,
    text: {
      "zh-CN": `选中 ${nameOf(agent)}（${agent}）：已空闲 5 分 12 秒，规则：空闲时间最长者优先。来电在“销售”队列中排第 1 位，已等待 24 秒。`,
      "en-US": `${nameOf(agent)} (${agent}) was chosen, idle for 5 min 12 s, by the rule “longest idle first”. The caller was number 1 in “Sales” and had waited 24 s.`,
    },
  };
}
