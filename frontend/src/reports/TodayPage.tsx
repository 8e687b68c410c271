import { ReloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Table, type TableColumnsType, Tooltip } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, withQuery } from "../api/client";
import type { AgentMeasures, HandedOn, Measures, TodayReport } from "../api/types";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { formatDuration } from "../ui/time";
import { useReasonText } from "../ui/useReasonText";
import "./reports.css";

const HoursChart = lazy(() => import("./HoursChart"));

/** Today in numbers; each number of interactions leads to them. */
export function TodayPage() {
  const { t } = useTranslation();
  const [queue, setQueue] = useState<string>();
  const query = useQuery({
    queryKey: ["report", "today", queue],
    queryFn: () => api<TodayReport>(withQuery("/api/reports/today", { queue })),
    refetchInterval: 15_000,
    placeholderData: (previous) => previous,
  });
  return (
    <div className="page">
      <PageHead
        title={
          <>
            {t("menu.today")} {query.data && <span className="report-date num">{query.data.date}</span>}
          </>
        }
      >
        {queue && <Button onClick={() => setQueue(undefined)}>{t("report.all_queues")}</Button>}
        <Button
          icon={<ReloadOutlined spin={query.isFetching} />}
          onClick={() => void query.refetch()}
          aria-label={t("common.reload")}
        />
      </PageHead>
      <QueryView query={query}>{(report) => <Report report={report} queue={queue} choose={setQueue} />}</QueryView>
    </div>
  );
}

/** Of a table with its titles in two lines or three; where the page is narrower, it is scrolled. */
const TABLE_WIDTH = 1080;

const duration = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? "–" : formatDuration(ms);

function link(metric: string, by: { queue?: string; agent?: string } = {}): string {
  return withQuery("/interactions", { report: "today", metric, ...by });
}

function Report({ report, queue, choose }: { report: TodayReport; queue?: string; choose: (queue?: string) => void }) {
  const { t } = useTranslation();
  const { percent, name } = useFormat();
  const reasonText = useReasonText();
  const { totals } = report;
  return (
    <div className="stack">
      <section className="panel kpis" data-testid="report-totals">
        <Kpi label={t("metric.offered")} to={link("offered", { queue })} handle="offered">
          {totals.offered}
        </Kpi>
        <Kpi label={t("metric.answered")} to={link("answered", { queue })} handle="answered">
          {totals.answered}
        </Kpi>
        <Kpi label={t("metric.abandoned")} to={link("abandoned", { queue })} handle="abandoned">
          {totals.abandoned}
        </Kpi>
        {report.missed ? (
          <Kpi
            label={t("metric.missed")}
            hint={t("metric.missed_hint")}
            to={withQuery("/interactions", { report: "today", result: "missed" })}
            handle="missed"
          >
            {report.missed}
          </Kpi>
        ) : null}
        <Kpi
          label={t("measure.service_level")}
          hint={totals.service_level_s ? t("measure.service_level_in", { count: totals.service_level_s }) : undefined}
          to={link("within_service_level", { queue })}
          handle="service-level"
        >
          {percent(totals.service_level)}
        </Kpi>
        <Kpi label={t("measure.asa")} hint={t("measure.asa_hint")}>
          {duration(totals.asa_ms)}
        </Kpi>
        <Kpi label={t("measure.aht")} hint={t("measure.aht_hint")}>
          {duration(totals.aht_ms)}
        </Kpi>
        <Kpi label={t("measure.longest_wait")}>{duration(totals.longest_wait_ms)}</Kpi>
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>{t("report.hours")}</h2>
        </div>
        <div style={{ height: 260, padding: "10px 14px" }}>
          <Suspense fallback={null}>
            <HoursChart hours={report.hours} />
          </Suspense>
        </div>
      </section>
      <section className="panel" style={{ overflow: "hidden" }}>
        <div className="panel-head">
          <h2>{t("report.by_queue")}</h2>
        </div>
        <Table
          rowKey="queue"
          size="small"
          pagination={false}
          className="report-table"
          tableLayout="auto"
          scroll={{ x: TABLE_WIDTH }}
          dataSource={report.queues}
          data-testid="report-queues"
          columns={queueColumns(t, percent, name, choose)}
        />
      </section>
      <section className="panel" style={{ overflow: "hidden" }}>
        <div className="panel-head">
          <h2>{t("report.by_agent")}</h2>
        </div>
        <Table
          rowKey="agent"
          size="small"
          pagination={report.agents.length > 25 ? { pageSize: 25 } : false}
          className="report-table"
          tableLayout="auto"
          scroll={{ x: TABLE_WIDTH }}
          dataSource={report.agents}
          data-testid="report-agents"
          columns={agentColumns(t, percent, reasonText)}
        />
      </section>
    </div>
  );
}

function Kpi({
  label,
  hint,
  to,
  handle,
  children,
}: {
  label: string;
  hint?: string;
  to?: string;
  handle?: string;
  children: ReactNode;
}) {
  const value = <b className="num">{children}</b>;
  return (
    <Tooltip title={hint}>
      <div className="kpi" data-testid={handle && `total-${handle}`}>
        <span>{label}</span>
        {to ? (
          <Link to={to} className="drill">
            {value}
          </Link>
        ) : (
          value
        )}
      </div>
    </Tooltip>
  );
}

type Translate = (key: string) => string;
type QueueRow = TodayReport["queues"][number];
type AgentRow = TodayReport["agents"][number];

function queueColumns(
  t: Translate,
  percent: (share: number | null) => string,
  name: ReturnType<typeof useFormat>["name"],
  choose: (queue?: string) => void,
): TableColumnsType<QueueRow> {
  const count = (metric: keyof Measures & string): TableColumnsType<QueueRow>[number] => ({
    title: t(`metric.${metric}`),
    align: "right",
    sorter: (a, b) => Number(a[metric]) - Number(b[metric]),
    render: (_, it) => (
      <Link className="drill num" to={link(metric, { queue: it.queue })}>
        {String(it[metric])}
      </Link>
    ),
  });
  const time = (measure: keyof Measures & string): TableColumnsType<QueueRow>[number] => ({
    title: t(`measure.${measure.replace(/_ms$/, "")}`),
    align: "right",
    sorter: (a, b) => Number(a[measure] ?? 0) - Number(b[measure] ?? 0),
    render: (_, it) => <span className="num">{duration(it[measure])}</span>,
  });
  return [
    {
      title: t("field.queue"),
      fixed: "left",
      render: (_, it) => (
        <button type="button" className="plain drill" onClick={() => choose(it.queue)}>
          <strong>{name(it.name, it.queue)}</strong>
        </button>
      ),
    },
    count("offered"),
    count("answered"),
    count("abandoned"),
    {
      title: t("measure.service_level"),
      align: "right",
      sorter: (a, b) => (a.service_level ?? 0) - (b.service_level ?? 0),
      render: (_, it) => (
        <Link className="drill num" to={link("within_service_level", { queue: it.queue })}>
          {percent(it.service_level)}
        </Link>
      ),
    },
    time("asa_ms"),
    time("longest_wait_ms"),
    time("aht_ms"),
    time("talk_ms"),
    time("hold_ms"),
    time("wrap_up_ms"),
    ...handedOn<QueueRow>(t),
    {
      title: t("measure.callbacks"),
      align: "right",
      sorter: (a, b) => a.callbacks - b.callbacks,
      render: (_, it) => <Callbacks of={it} />,
    },
    {
      title: <Tooltip title={t("measure.foretold_error_hint")}>{t("measure.foretold_error")}</Tooltip>,
      align: "right",
      sorter: (a, b) => (a.foretold_error_ms ?? 0) - (b.foretold_error_ms ?? 0),
      render: (_, it) => <span className="num">{duration(it.foretold_error_ms)}</span>,
    },
  ];
}

/** "2 / 3": called back of those who asked. */
function Callbacks({ of }: { of: Measures }) {
  const { t } = useTranslation();
  if (of.callbacks === 0) return <span className="faint">–</span>;
  const said = t("measure.callbacks_hint", {
    asked: of.callbacks,
    reached: of.called_back,
    waiting: of.callbacks_waiting,
  });
  return (
    <Tooltip title={said}>
      <span className="num">
        {of.called_back} / {of.callbacks}
      </span>
    </Tooltip>
  );
}

const HANDED_ON: (keyof HandedOn)[] = ["consultations", "conferences", "transfers_out", "transfers_in"];

function handedOn<Row extends HandedOn>(t: Translate): TableColumnsType<Row> {
  return HANDED_ON.map((measure) => ({
    title: t(`measure.${measure}`),
    align: "right",
    sorter: (a, b) => a[measure] - b[measure],
    render: (_, it) => <span className={it[measure] ? "num" : "num faint"}>{it[measure]}</span>,
  }));
}

/** How long not ready; pointed at, under which reasons. */
function NotReady({ of, reasonText }: { of: AgentMeasures; reasonText: (reason: string) => string }) {
  const { t } = useTranslation();
  const by = Object.entries(of.not_ready_by_reason).sort(([, a], [, b]) => b - a);
  const said = by.map(([reason, ms]) => (
    <div key={reason} className="row" style={{ justifyContent: "space-between" }}>
      <span>{reasonText(reason) || t("measure.no_reason")}</span>
      <span className="num">{duration(ms)}</span>
    </div>
  ));
  return (
    <Tooltip title={by.length > 0 && said}>
      <span className="num">{duration(of.not_ready_ms)}</span>
    </Tooltip>
  );
}

function agentColumns(
  t: Translate,
  percent: (share: number | null) => string,
  reasonText: (reason: string) => string,
): TableColumnsType<AgentRow> {
  const time = (measure: keyof AgentMeasures & `${string}_ms`): TableColumnsType<AgentRow>[number] => ({
    title: t(`measure.${measure.replace(/_ms$/, "")}`),
    align: "right",
    sorter: (a, b) => Number(a[measure] ?? 0) - Number(b[measure] ?? 0),
    render: (_, it) => <span className="num">{duration(it[measure])}</span>,
  });
  return [
    {
      title: t("field.agent"),
      fixed: "left",
      render: (_, it) => (
        <>
          <strong>{it.name}</strong> <span className="faint num">{it.agent}</span>
        </>
      ),
    },
    {
      title: t("metric.answered"),
      align: "right",
      defaultSortOrder: "descend",
      sorter: (a, b) => a.answered - b.answered,
      render: (_, it) => (
        <Link className="drill num" to={link("answered", { agent: it.agent })}>
          {it.answered}
        </Link>
      ),
    },
    time("aht_ms"),
    time("talk_ms"),
    time("hold_ms"),
    time("wrap_up_ms"),
    ...handedOn<AgentRow>(t),
    time("ready_ms"),
    {
      title: t("measure.not_ready"),
      align: "right",
      sorter: (a, b) => a.not_ready_ms - b.not_ready_ms,
      render: (_, it) => <NotReady of={it} reasonText={reasonText} />,
    },
    time("productive_ms"),
    time("signed_in_ms"),
    {
      title: <Tooltip title={t("measure.utilisation_hint")}>{t("measure.utilisation")}</Tooltip>,
      align: "right",
      sorter: (a, b) => (a.utilisation ?? 0) - (b.utilisation ?? 0),
      render: (_, it) => <span className="num">{percent(it.utilisation)}</span>,
    },
    {
      title: t("measure.occupancy"),
      align: "right",
      sorter: (a, b) => (a.occupancy ?? 0) - (b.occupancy ?? 0),
      render: (_, it) => <span className="num">{percent(it.occupancy)}</span>,
    },
  ];
}
