import { Button, Empty, Popconfirm, Skeleton, Table, Tooltip } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePermission } from "../api/session";
import type { AgentView, InteractionView, QueueView } from "../link/messages";
import { ask, useLink } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { type ShownState, StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { useReasonText } from "../ui/useReasonText";
import "./board.css";

/** The centre, live: queues, who waits, what each agent does. */
export function BoardPage() {
  const { t } = useTranslation();
  const view = useLink((state) => state.view);
  const [queue, setQueue] = useState<string | null>(null);
  if (!view)
    return (
      <div className="page">
        <PageHead title={t("menu.board")} />
        <Skeleton active paragraph={{ rows: 10 }} />
      </div>
    );
  const queues = Object.values(view.queues);
  const agents = Object.values(view.agents).filter((it) => queue === null || it.queues.includes(queue));
  const interactions = Object.values(view.interactions).filter((it) => queue === null || it.queue === queue);
  return (
    <div className="page stack">
      <PageHead title={t("menu.board")} />
      <Totals
        queues={queues.filter((it) => queue === null || it.queue === queue)}
        interactions={interactions}
        agents={agents}
      />
      <Queues queues={queues} chosen={queue} choose={setQueue} />
      <div className="board-split">
        <Agents agents={agents} interactions={view.interactions} />
        <Calls interactions={interactions} />
      </div>
    </div>
  );
}

export function serviceLevel(
  queue: Pick<QueueView, "answered_today" | "abandoned_today" | "within_service_level_today">,
): number | null {
  const finished = queue.answered_today + queue.abandoned_today;
  return finished === 0 ? null : queue.within_service_level_today / finished;
}

function Totals({
  queues,
  interactions,
  agents,
}: {
  queues: QueueView[];
  interactions: InteractionView[];
  agents: AgentView[];
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const sum = (pick: (it: QueueView) => number) => queues.reduce((total, it) => total + pick(it), 0);
  const oldest = queues.map((it) => it.oldest_since_ms).filter((it) => it !== null);
  const level = serviceLevel({
    answered_today: sum((it) => it.answered_today),
    abandoned_today: sum((it) => it.abandoned_today),
    within_service_level_today: sum((it) => it.within_service_level_today),
  });
  const waiting = sum((it) => it.waiting);
  const talking = interactions.filter((it) => ["talk", "hold", "reconnecting"].includes(it.phase)).length;
  return (
    <section className="panel board-totals">
      <Total label={t("board.waiting")} tone={waiting ? "var(--queue)" : undefined} handle="board-waiting">
        {waiting}
      </Total>
      <Total label={t("board.oldest")}>{oldest.length ? <Since ms={Math.min(...oldest)} /> : "–"}</Total>
      <Total label={t("board.talking")}>{talking}</Total>
      <Total label={t("board.ready")} tone="var(--ready)">
        {agents.filter((it) => it.state === "ready").length}
      </Total>
      <Total label={t("measure.service_level")}>{percent(level)}</Total>
      <Total label={t("metric.answered")}>{sum((it) => it.answered_today)}</Total>
      <Total label={t("metric.abandoned")}>{sum((it) => it.abandoned_today)}</Total>
    </section>
  );
}

function Total({
  label,
  tone,
  handle,
  children,
}: {
  label: string;
  tone?: string;
  handle?: string;
  children: ReactNode;
}) {
  return (
    <div className="board-total" data-testid={handle}>
      <b className="num" style={{ color: tone }}>
        {children}
      </b>
      <span>{label}</span>
    </div>
  );
}

function Queues({
  queues,
  chosen,
  choose,
}: {
  queues: QueueView[];
  chosen: string | null;
  choose: (queue: string | null) => void;
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const queueName = useQueueName();
  const targets = useQueues().data;
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <Table<QueueView>
        rowKey="queue"
        size="middle"
        className="clickable-rows"
        data-testid="board-queues"
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={queues}
        rowClassName={(it) => (it.queue === chosen ? "board-chosen" : "")}
        onRow={(it) => ({ onClick: () => choose(it.queue === chosen ? null : it.queue) })}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("board.no_queues")} /> }}
        columns={[
          { title: t("field.queue"), render: (_, it) => <strong>{queueName(it.queue)}</strong> },
          {
            title: t("board.waiting"),
            align: "right",
            sorter: (a, b) => a.waiting - b.waiting,
            render: (_, it) => (
              <b
                className="num"
                style={{ fontSize: 16, color: it.waiting ? "var(--queue)" : "var(--text-3)" }}
                data-testid={`waiting-${it.queue}`}
              >
                {it.waiting}
              </b>
            ),
          },
          {
            title: t("board.oldest"),
            align: "right",
            render: (_, it) =>
              it.oldest_since_ms ? <Since ms={it.oldest_since_ms} /> : <span className="faint">–</span>,
          },
          {
            title: t("measure.service_level"),
            align: "right",
            render: (_, it) => {
              const seconds = targets?.find((queue) => queue.id === it.queue)?.service_level_s;
              return (
                <>
                  <span className="num">{percent(serviceLevel(it))}</span>
                  {seconds !== undefined && <span className="faint small num"> / {seconds} s</span>}
                </>
              );
            },
          },
          {
            title: t("metric.offered"),
            align: "right",
            render: (_, it) => <Drill queue={it.queue} metric="offered" value={it.offered_today} />,
          },
          {
            title: t("metric.answered"),
            align: "right",
            render: (_, it) => <Drill queue={it.queue} metric="answered" value={it.answered_today} />,
          },
          {
            title: t("metric.abandoned"),
            align: "right",
            render: (_, it) => <Drill queue={it.queue} metric="abandoned" value={it.abandoned_today} />,
          },
          { title: t("board.agents"), width: 260, render: (_, it) => <Staff queue={it} /> },
        ]}
      />
    </section>
  );
}

function Drill({ queue, metric, value }: { queue: string; metric: string; value: number }) {
  return (
    <Link
      className="drill num"
      to={`/interactions?report=today&metric=${metric}&queue=${encodeURIComponent(queue)}`}
      onClick={(event) => event.stopPropagation()}
    >
      {value}
    </Link>
  );
}

/** Ready, busy, not ready as one bar and three numbers. */
function Staff({ queue }: { queue: QueueView }) {
  const { t } = useTranslation();
  const parts: [string, number, string][] = [
    [t("board.ready"), queue.ready, "var(--ready)"],
    [t("board.busy"), queue.busy, "var(--talk)"],
    [t("board.not_ready"), queue.not_ready, "var(--not-ready)"],
  ];
  return (
    <Tooltip title={parts.map(([label, count]) => `${label} ${count}`).join(" · ")}>
      <div>
        <div className="staff-bar">
          {parts.map(([label, count, colour]) =>
            count ? <i key={label} style={{ flexGrow: count, background: colour }} /> : null,
          )}
        </div>
        <div className="staff-numbers small num">
          {parts.map(([label, count, colour]) => (
            <span key={label} style={{ color: count ? colour : "var(--text-3)" }}>
              {label} <b>{count}</b>
            </span>
          ))}
        </div>
      </div>
    </Tooltip>
  );
}

const ORDER: ShownState[] = [
  "reconnecting",
  "reserved",
  "busy",
  "hold",
  "ready",
  "working_after_call",
  "not_ready",
  "logged_off",
];

function Agents({ agents, interactions }: { agents: AgentView[]; interactions: Record<string, InteractionView> }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const [shown, setShown] = useState<ShownState | null>(null);
  const sorted = useMemo(
    () =>
      [...agents].sort(
        (a, b) => ORDER.indexOf(shownState(a)) - ORDER.indexOf(shownState(b)) || a.agent.localeCompare(b.agent),
      ),
    [agents],
  );
  const counts = ORDER.map((state) => [state, agents.filter((it) => shownState(it) === state).length] as const).filter(
    ([, count]) => count > 0,
  );
  const filter = counts.some(([state]) => state === shown) ? shown : null;
  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="grow">{t("board.agents")}</h2>
        <div className="row state-filter">
          {counts.map(([state, count]) => (
            <button
              key={state}
              type="button"
              aria-pressed={filter === state}
              style={{ color: stateColour(state) }}
              onClick={() => setShown(filter === state ? null : state)}
            >
              <StateDot state={state} size={12} /> {t(`agent_state.${state}`)} <b className="num">{count}</b>
            </button>
          ))}
        </div>
      </div>
      <div className="agent-grid" data-testid="board-agents">
        {sorted
          .filter((it) => filter === null || shownState(it) === filter)
          .map((it) => {
            const state = shownState(it);
            const call = it.interaction ? interactions[it.interaction] : undefined;
            return (
              <div
                key={it.agent}
                className="agent-tile"
                style={{ borderLeftColor: stateColour(state) }}
                data-testid={`agent-${it.agent}`}
                data-state={it.state}
              >
                <div className="row">
                  <strong className="grow ellipsis">{it.name}</strong>
                  <span className="faint small num">{it.agent}</span>
                </div>
                <div className="row small" style={{ color: stateColour(state) }}>
                  <StateDot state={state} size={12} />
                  <span className="grow ellipsis">
                    {t(`agent_state.${state}`)}
                    {it.reason && it.state === "not_ready" ? ` · ${reasonText(it.reason)}` : ""}
                  </span>
                  {it.state !== "logged_off" && <Since ms={it.since_ms} />}
                </div>
                <div className="small faint ellipsis num">
                  {call
                    ? call.customer?.name || formatNumber(call.caller_number)
                    : it.state !== "logged_off" && !it.device_online
                      ? t("device.offline")
                      : "\u00a0"}
                </div>
              </div>
            );
          })}
        {agents.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("board.no_agents")} />}
      </div>
    </section>
  );
}

const WAITING = ["queue", "offer", "callback", "flow", "reconnecting", "voicemail"];

function Calls({ interactions }: { interactions: InteractionView[] }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const supervises = usePermission()("agents.supervise");
  const waiting = interactions
    .filter((it) => WAITING.includes(it.phase))
    .sort((a, b) => (a.position ?? 1e9) - (b.position ?? 1e9) || a.started_ms - b.started_ms);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="grow">{t("board.waiting_calls")}</h2>
        <span className="muted num">{waiting.length}</span>
      </div>
      {waiting.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("board.nobody_waits")} />
      ) : (
        <ul className="waiting-list" data-testid="board-calls">
          {waiting.map((it) => (
            <li key={it.interaction}>
              <span className="waiting-place num">{it.position ?? "·"}</span>
              <span className="grow">
                <strong className="ellipsis">
                  {it.customer?.name || formatNumber(it.caller_number) || t("call.anonymous")}
                </strong>
                <span className="small muted">
                  {it.queue ? `${queueName(it.queue)} · ` : ""}
                  {it.callback && it.phase === "queue" ? t("board.callback") : t(`phase.${it.phase}`)}
                </span>
              </span>
              {it.callback && supervises && <CancelCallback interaction={it.interaction} />}
              <b>
                <Since ms={it.phase === "flow" ? it.started_ms : it.phase_since_ms} />
              </b>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A supervisor takes a waiting callback off the line. */
function CancelCallback({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  return (
    <Popconfirm
      title={t("board.cancel_callback_question")}
      onConfirm={() => run(interaction, () => ask({ type: "ReleaseInteraction", interaction }))}
    >
      <Button size="small" danger loading={busy !== null} data-testid={`cancel-callback-${interaction}`}>
        {t("board.cancel_callback")}
      </Button>
    </Popconfirm>
  );
}
