import { Empty } from "antd";
import { lazy, Suspense, useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Tile } from "../api/boards";
import type { SkillRecord } from "../api/rules";
import { otherNumber } from "../interactions/other-end";
import type { AgentView, InteractionView, TenantView } from "../link/messages";
import { stateSinceMs, waitsSinceMs } from "../softphone/since";
import { formatNumber, useFormat } from "../ui/format";
import { type ShownState, StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since } from "../ui/Ticking";
import { formatDuration, useEngineNow } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";
import { agentsOf, isShare, isWait, measureOf, toneOf } from "./measures";
import type { Trend } from "./useTrend";

const Chart = lazy(() => import("./Chart"));

export interface Live {
  view: TenantView;
  skills: SkillRecord[];
  trend: Trend;
  openAgent: (agent: string) => void;
  openCall: (interaction: string) => void;
}

/** One piece of a wallboard. */
export function TileView({ tile, live }: { tile: Tile; live: Live }) {
  switch (tile.kind) {
    case "number":
      return <Figure tile={tile} live={live} />;
    case "gauge":
      return <Gauge tile={tile} live={live} />;
    case "queues":
      return <QueueBars tile={tile} live={live} />;
    case "states":
      return <States tile={tile} live={live} />;
    case "agents":
      return <Agents tile={tile} live={live} />;
    case "calls":
      return <Calls tile={tile} live={live} />;
    case "trunks":
      return <Trunks tile={tile} live={live} />;
    case "trend":
      return <TrendLine tile={tile} live={live} />;
  }
}

interface Part {
  tile: Tile;
  live: Live;
}

const queuesOf = ({ tile, live }: Part) =>
  Object.values(live.view.queues).filter((it) => tile.of.length === 0 || tile.of.includes(it.queue));

function useFigure(part: Part) {
  const now = useEngineNow();
  const { percent } = useFormat();
  const { measure } = part.tile;
  const value = measureOf(measure, queuesOf(part), now);
  const text =
    value === null ? "–" : isShare(measure) ? percent(value) : isWait(measure) ? formatDuration(value * 1000) : value;
  return { value, text, tone: toneOf(part.tile, value) };
}

function Figure(part: Part) {
  const { text, tone } = useFigure(part);
  return (
    <b className={`wall-figure num tone-${tone}`} data-tone={tone} data-testid={`wall-${part.tile.measure}`}>
      {text}
    </b>
  );
}

function Gauge(part: Part) {
  const { value, text, tone } = useFigure(part);
  const share = isShare(part.tile.measure);
  const most = share ? 1 : Math.max(part.tile.alarm ?? 0, part.tile.warn ?? 0, value ?? 0, 10) * 1.2;
  const option = useCallback(
    (colour: (name: string) => string) => ({
      series: [
        {
          type: "gauge",
          startAngle: 205,
          endAngle: -25,
          min: 0,
          max: most,
          radius: "100%",
          center: ["50%", "60%"],
          pointer: { show: false },
          // hidden by its colour: ECharts fails where progress is shown that was not before
          progress: {
            show: true,
            width: 16,
            roundCap: true,
            itemStyle: { color: value === null ? "transparent" : colour(TONES[tone]) },
          },
          axisLine: { roundCap: true, lineStyle: { width: 16, color: [[1, colour("--line")]] } },
          axisTick: { show: false },
          splitLine: { show: false },
          axisLabel: { show: false },
          detail: {
            formatter: () => String(text),
            fontSize: 30,
            fontWeight: 650,
            color: colour("--text"),
            offsetCenter: [0, 0],
          },
          data: [{ value: value ?? 0 }],
        },
      ],
    }),
    [value, text, tone, most],
  );
  return <Drawn option={option} />;
}

const TONES = { plain: "--ready", warn: "--queue", alarm: "--lost" } as const;

function Drawn({ option }: { option: Parameters<typeof Chart>[0]["option"] }) {
  return (
    <Suspense fallback={<div className="wall-chart" />}>
      <Chart option={option} />
    </Suspense>
  );
}

const AXIS = (colour: (name: string) => string) => ({
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { color: colour("--text-2") },
  splitLine: { lineStyle: { color: colour("--line") } },
});

function QueueBars(part: Part) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const queues = queuesOf(part);
  const names = queues.map((it) => queueName(it.queue)).join("\n");
  const waiting = queues.map((it) => it.waiting).join();
  const ready = queues.map((it) => it.ready).join();
  const option = useCallback(
    (colour: (name: string) => string) => ({
      grid: { left: 8, right: 24, top: 34, bottom: 4, containLabel: true },
      legend: { top: 0, right: 0, textStyle: { color: colour("--text-2") }, itemWidth: 12, itemHeight: 12 },
      xAxis: { type: "value", minInterval: 1, ...AXIS(colour) },
      yAxis: { type: "category", inverse: true, data: names.split("\n"), ...AXIS(colour) },
      series: [
        {
          name: t("board.waiting"),
          type: "bar",
          barMaxWidth: 18,
          label: { show: true, position: "right", color: colour("--text") },
          itemStyle: { color: colour("--queue"), borderRadius: [0, 4, 4, 0] },
          data: waiting.split(",").map(Number),
        },
        {
          name: t("board.ready"),
          type: "bar",
          barMaxWidth: 18,
          label: { show: true, position: "right", color: colour("--text") },
          itemStyle: { color: colour("--ready"), borderRadius: [0, 4, 4, 0] },
          data: ready.split(",").map(Number),
        },
      ],
    }),
    [names, waiting, ready, t],
  );
  return queues.length ? <Drawn option={option} /> : <Nothing />;
}

const STATES: ShownState[] = [
  "ready",
  "reserved",
  "busy",
  "hold",
  "reconnecting",
  "working_after_call",
  "not_ready",
  "logged_off",
];

function useTileAgents({ tile, live }: Part): AgentView[] {
  const skills = Object.fromEntries(live.skills.map((it) => [it.id, it.agents]));
  return agentsOf(tile, Object.values(live.view.agents), skills);
}

function States(part: Part) {
  const { t } = useTranslation();
  const agents = useTileAgents(part);
  const counts = STATES.map((state) => agents.filter((it) => shownState(it) === state).length).join();
  const option = useCallback(
    (colour: (name: string) => string) => ({
      legend: { orient: "vertical", right: 4, top: "middle", textStyle: { color: colour("--text-2") }, itemWidth: 12 },
      tooltip: { trigger: "item" },
      series: [
        {
          type: "pie",
          radius: ["52%", "84%"],
          center: ["34%", "50%"],
          label: { show: true, position: "inner", color: colour("--surface"), fontWeight: 650, formatter: "{c}" },
          itemStyle: { borderColor: colour("--surface"), borderWidth: 2 },
          data: counts
            .split(",")
            .map((count, at) => ({
              value: Number(count),
              name: t(`agent_state.${STATES[at]}`),
              itemStyle: { color: colour(stateColour(STATES[at]!).slice(4, -1)) },
            }))
            .filter((it) => it.value > 0),
        },
      ],
    }),
    [counts, t],
  );
  return agents.length ? <Drawn option={option} /> : <Nothing />;
}

function Agents(part: Part) {
  const { t } = useTranslation();
  const agents = useTileAgents(part);
  if (agents.length === 0) return <Nothing />;
  const sorted = [...agents].sort(
    (a, b) => STATES.indexOf(shownState(a)) - STATES.indexOf(shownState(b)) || a.agent.localeCompare(b.agent),
  );
  return (
    <ul className="wall-agents">
      {sorted.map((it) => (
        <li key={it.agent}>
          <button type="button" onClick={() => part.live.openAgent(it.agent)} data-testid={`wall-agent-${it.agent}`}>
            <StateDot state={shownState(it)} size={12} />
            <strong className="grow ellipsis">{it.name}</strong>
            <span style={{ color: stateColour(shownState(it)) }}>{t(`agent_state.${shownState(it)}`)}</span>
            {it.state !== "logged_off" && <Since ms={stateSinceMs(it, null)} />}
          </button>
        </li>
      ))}
    </ul>
  );
}

const inLine = (it: InteractionView) => it.phase === "queue" || it.phase === "offer";

function Calls({ tile, live }: Part) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const waiting = Object.values(live.view.interactions)
    .filter((it) => inLine(it) && (tile.of.length === 0 || tile.of.includes(it.queue ?? "")))
    .sort((a, b) => waitsSinceMs(a) - waitsSinceMs(b));
  if (waiting.length === 0) return <p className="wall-nothing muted">{t("board.nobody_waits")}</p>;
  return (
    <ul className="wall-agents">
      {waiting.map((it) => (
        <li key={it.interaction}>
          <button type="button" onClick={() => live.openCall(it.interaction)} data-testid="wall-call">
            <span className="num wall-place">{it.position ?? "·"}</span>
            <strong className="grow ellipsis">
              {it.customer?.name || formatNumber(otherNumber(it)) || t("call.anonymous")}
            </strong>
            {it.customer?.name && <span className="muted num">{formatNumber(otherNumber(it))}</span>}
            <span className="muted">{queueName(it.queue)}</span>
            <Since ms={waitsSinceMs(it)} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Trunks({ tile, live }: Part) {
  const { t } = useTranslation();
  const trunks = Object.values(live.view.trunks).filter((it) => tile.of.length === 0 || tile.of.includes(it.trunk));
  if (trunks.length === 0) return <Nothing />;
  return (
    <ul className="wall-trunks">
      {trunks.map((it) => (
        <li key={it.trunk} data-testid={`wall-trunk-${it.trunk}`}>
          <span className="row">
            <strong className="grow ellipsis">{it.trunk}</strong>
            <span className="num">
              {it.lines_open === null ? it.calls : t("wall.lines", { calls: it.calls, lines: it.lines_open })}
            </span>
          </span>
          {it.lines_open !== null && (
            <span className="wall-line">
              <i style={{ width: `${Math.min(100, (it.calls / Math.max(1, it.lines_open)) * 100)}%` }} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function TrendLine({ tile, live }: Part) {
  const { t } = useTranslation();
  const points = live.trend.of(tile);
  const { clock } = useFormat();
  const text = points.map(([at, value]) => `${at}:${value ?? ""}`).join();
  const share = isShare(tile.measure);
  const option = useCallback(
    (colour: (name: string) => string) => ({
      grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
      xAxis: {
        type: "time",
        ...AXIS(colour),
        splitLine: { show: false },
        splitNumber: 4,
        minInterval: 60_000,
        axisLabel: {
          color: colour("--text-2"),
          hideOverlap: true,
          formatter: (at: number) => clock(at).slice(0, 5),
        },
      },
      yAxis: { type: "value", min: 0, max: share ? 1 : undefined, minInterval: share ? undefined : 1, ...AXIS(colour) },
      series: [
        {
          type: "line",
          showSymbol: false,
          areaStyle: { opacity: 0.14 },
          lineStyle: { width: 2, color: colour("--talk") },
          itemStyle: { color: colour("--talk") },
          data: text
            .split(",")
            .filter(Boolean)
            .map((it) => it.split(":").map((part) => (part === "" ? null : Number(part)))),
        },
      ],
    }),
    [text, share, clock],
  );
  if (points.length < 2) return <p className="wall-nothing muted">{t("wall.trend_begins")}</p>;
  return <Drawn option={option} />;
}

function Nothing() {
  const { t } = useTranslation();
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("wall.nothing")} />;
}
