import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Table, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { api } from "../api/client";
import { usePermission } from "../api/session";
import type { InteractionDetail, QualityItem, SegmentItem } from "../api/types";
import { gradeOf } from "../softphone/quality";
import { formatNumber, useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { QueryView } from "../ui/QueryView";
import { formatDuration, useEngineNow } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";
import { Decisions } from "./Decisions";
import { FlowSteps } from "./FlowSteps";
import { OutcomeEditor } from "./OutcomeEditor";
import { otherNumber } from "./other-end";
import { RecordingPlayer } from "./RecordingPlayer";
import { ResultTag } from "./ResultTag";
import { SegmentBar, segmentColour, segmentName, segmentWho } from "./SegmentBar";
import "./interactions.css";

/** One interaction, whole: its time, its recording, why it went to whom. */
export function InteractionPage() {
  const { id = "" } = useParams();
  const query = useQuery({
    queryKey: ["interaction", id],
    queryFn: () => api<InteractionDetail>(`/api/interactions/${encodeURIComponent(id)}`),
    // While it lives, and until the worker has encoded the recording, there is more to come.
    refetchInterval: (state) => (state.state.data && unfinished(state.state.data) ? 2_000 : false),
  });
  return (
    <div className="page">
      <QueryView query={query}>{(it) => <Interaction it={it} />}</QueryView>
    </div>
  );
}

function unfinished(it: InteractionDetail): boolean {
  if (!it.ended_at || it.segments.some((segment) => !segment.ended_at)) return true;
  const freshly = Date.now() - Date.parse(it.ended_at) < 120_000;
  return freshly && it.recordings.some((recording) => recording.state === "recording" || recording.state === "ended");
}

function Interaction({ it }: { it: InteractionDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = usePermission();
  const { dayAndClock, clock } = useFormat();
  const queueName = useQueueName();
  const now = useEngineNow();
  const back = () => (window.history.state?.idx > 0 ? navigate(-1) : navigate("/interactions"));
  const total = (it.ended_at ? Date.parse(it.ended_at) : now) - Date.parse(it.started_at);
  return (
    <>
      <PageHead
        title={
          <span className="row">
            <Button type="text" icon={<ArrowLeftOutlined />} onClick={back} aria-label={t("common.back")} />
            <span>{it.customer?.name || formatNumber(otherNumber(it)) || t("call.anonymous")}</span>
            <ResultTag interaction={it} />
          </span>
        }
      >
        <span className="muted num">{dayAndClock(it.started_at)}</span>
      </PageHead>
      <div className="detail-grid">
        <div className="stack">
          <section className="panel" style={{ overflow: "hidden" }}>
            <div className="figures">
              <Figure label={t("field.total")} ms={total} />
              <Figure label={t("field.wait")} ms={it.queue_ms} />
              <Figure label={t("field.talk")} ms={it.talk_ms} />
              <Figure label={t("field.hold")} ms={it.hold_ms} />
              <Figure label={t("field.wrap_up")} ms={it.wrap_up_ms} />
            </div>
            <div className="panel-body" style={{ borderTop: "1px solid var(--line)" }} data-testid="segment-timeline">
              {it.segments.length > 0 && <SegmentBar segments={it.segments} nowMs={now} />}
              <Legend segments={it.segments} />
            </div>
          </section>
          {it.recordings.length > 0 && (
            <section className="panel" data-testid="recording-panel">
              <div className="panel-head">
                <h2>{t("recording.title")}</h2>
              </div>
              <div className="panel-body stack">
                {may("recordings.listen") ? (
                  it.recordings.map((recording) => <RecordingPlayer key={recording.id} recording={recording} />)
                ) : (
                  <p className="muted">{t("recording.forbidden")}</p>
                )}
              </div>
            </section>
          )}
          <section className="panel">
            <Tabs
              tabBarStyle={{ padding: "0 18px", margin: 0 }}
              items={[
                {
                  key: "segments",
                  label: t("interaction.segments"),
                  children: <Segments segments={it.segments} nowMs={now} />,
                },
                {
                  key: "decisions",
                  label: (
                    <span data-testid="tab-decisions">{`${t("interaction.decisions")} ${it.explanations.length || ""}`}</span>
                  ),
                  children: (
                    <div className="panel-body">
                      <Decisions explanations={it.explanations} />
                    </div>
                  ),
                },
                {
                  key: "flow",
                  label: <span data-testid="tab-flow">{`${t("interaction.flow")} ${it.flow_steps.length || ""}`}</span>,
                  children: (
                    <div className="panel-body">
                      <FlowSteps steps={it.flow_steps} />
                    </div>
                  ),
                },
                {
                  key: "events",
                  label: <span data-testid="tab-events">{t("interaction.events")}</span>,
                  children: (
                    <div className="panel-body">
                      <ol className="steps" data-testid="events">
                        {it.events.map((event, index) => (
                          <li key={index}>
                            <time className="num">{clock(event.at)}</time>
                            <div>{event.text}</div>
                          </li>
                        ))}
                      </ol>
                    </div>
                  ),
                },
              ]}
            />
          </section>
        </div>
        <aside className="stack">
          <section className="panel">
            <div className="panel-head">
              <h2>{t("interaction.facts")}</h2>
            </div>
            <dl className="facts panel-body">
              <dt>{t("field.caller_number")}</dt>
              <dd className="num">
                <Link className="drill" to={`/interactions?caller=${encodeURIComponent(it.caller_number)}`}>
                  {formatNumber(it.caller_number) || t("call.anonymous")}
                </Link>
              </dd>
              <dt>{t("field.called_number")}</dt>
              <dd className="num">{formatNumber(it.called_number)}</dd>
              {it.customer && (
                <>
                  <dt>{t("field.customer")}</dt>
                  <dd>
                    {it.customer.name}
                    {it.customer.company ? ` · ${it.customer.company}` : ""}
                  </dd>
                </>
              )}
              <dt>{t("field.direction")}</dt>
              <dd>{t(`direction.${it.direction}`, { defaultValue: it.direction })}</dd>
              <dt>{t("field.queue")}</dt>
              <dd>{queueName(it.queue, it.queue_name)}</dd>
              <dt>{t("field.agent")}</dt>
              <dd>{it.agent ? `${it.agent_name ?? ""} ${it.agent}` : "–"}</dd>
              <dt>{t("field.language")}</dt>
              <dd>{t(`language.${it.language}`, { defaultValue: it.language })}</dd>
              {it.trunk && (
                <>
                  <dt>{t("field.trunk")}</dt>
                  <dd>{it.trunk}</dd>
                </>
              )}
              <dt>{t("field.end_reason")}</dt>
              <dd>
                {it.end_reason ? t(`end_reason.${it.end_reason}`, { defaultValue: it.end_reason }) : t("result.live")}
              </dd>
              {Object.entries(it.data).map(([key, value]) => (
                <div key={key} style={{ display: "contents" }}>
                  <dt>{key}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
          {it.quality.length > 0 && <CallQuality parts={it.quality} />}
          <OutcomeEditor interaction={it} />
        </aside>
      </div>
    </>
  );
}

function CallQuality({ parts }: { parts: QualityItem[] }) {
  const { t } = useTranslation();
  const { clock } = useFormat();
  return (
    <section className="panel" data-testid="interaction-quality">
      <div className="panel-head">
        <h2>{t("quality.title")}</h2>
      </div>
      {parts.map((it) => (
        <dl key={`${it.agent} ${it.started_at}`} className="facts panel-body">
          <dt>{t("field.agent")}</dt>
          <dd>
            {it.agent_name ?? ""} {it.agent} · <span className="num">{clock(it.started_at)}</span>
          </dd>
          <dt>{t("quality.mos")}</dt>
          <dd className="num">
            {it.mos.toFixed(1)} · {t(`quality.${gradeOf(it.mos)}`)}
          </dd>
          <dt>{t("quality.lowest")}</dt>
          <dd className="num">{it.lowest_mos.toFixed(1)}</dd>
          <dt>{t("quality.rtt")}</dt>
          <dd className="num">{it.rtt_ms === null ? "–" : t("quality.ms", { value: it.rtt_ms })}</dd>
          <dt>{t("quality.jitter")}</dt>
          <dd className="num">{t("quality.ms", { value: it.jitter_ms })}</dd>
          <dt>{t("quality.loss")}</dt>
          <dd className="num">{t("quality.percent", { value: (it.loss * 100).toFixed(1) })}</dd>
        </dl>
      ))}
    </section>
  );
}

function Figure({ label, ms }: { label: string; ms: number }) {
  return (
    <div className="figure">
      <span>{label}</span>
      <b>{formatDuration(ms)}</b>
    </div>
  );
}

function Legend({ segments }: { segments: SegmentItem[] }) {
  const { t } = useTranslation();
  const kinds = [...new Set(segments.map((it) => it.kind))];
  return (
    <div className="legend">
      {kinds.map((kind) => (
        <span key={kind}>
          <i style={{ background: segmentColour(kind) }} />
          {t(`segment.${kind}`)}
        </span>
      ))}
    </div>
  );
}

function Segments({ segments, nowMs }: { segments: SegmentItem[]; nowMs: number }) {
  const { t } = useTranslation();
  const { clock, name } = useFormat();
  const queueName = useQueueName();
  const end = (it: SegmentItem) => (it.ended_at ? Date.parse(it.ended_at) : nowMs);
  return (
    <Table<SegmentItem>
      rowKey="id"
      size="middle"
      pagination={false}
      dataSource={segments}
      data-testid="segments-table"
      columns={[
        {
          title: t("field.segment"),
          render: (_, it) => (
            <span className="row">
              <i style={{ width: 10, height: 10, borderRadius: 3, background: segmentColour(it.kind) }} />
              {t(segmentName(it))}
            </span>
          ),
        },
        { title: t("field.start"), render: (_, it) => <span className="num">{clock(it.started_at)}</span> },
        {
          title: t("field.duration"),
          align: "right",
          render: (_, it) => <span className="num">{formatDuration(end(it) - Date.parse(it.started_at))}</span>,
        },
        {
          title: t("field.where"),
          render: (_, it) => segmentWho(it) || (it.queue ? queueName(it.queue) : name(it.flow_name, it.flow ?? "–")),
        },
        {
          title: t("field.result"),
          render: (_, it) =>
            it.result
              ? t(`segment_result.${it.result}`, { defaultValue: it.result })
              : it.ended_at
                ? "–"
                : t("result.live"),
        },
      ]}
    />
  );
}
