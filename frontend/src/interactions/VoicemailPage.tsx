import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, withQuery } from "../api/client";
import type { VoicemailRecord } from "../api/types";
import { formatNumber, useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { PageHead } from "../ui/PageHead";
import { PlayButton } from "../ui/PlayButton";
import { Failure } from "../ui/QueryView";
import { formatDuration } from "../ui/time";
import { useAsk } from "../ui/useAsk";
import { VOICEMAILS } from "./useNewVoicemails";

const STATES = ["new", "handled"] as const;
const PAGE_SIZE = 50;
/** So many the server tells of (callbase/apps/voicemail/queries.py); the older ones come as these are dealt with. */
const MOST = 500;

/** Messages callers left for one's queues: heard here, and marked when dealt with. */
export function VoicemailPage() {
  const { t } = useTranslation();
  const { name, moment } = useFormat();
  const queries = useQueryClient();
  const { run, busy } = useAsk();
  const [state, setState] = useState<(typeof STATES)[number]>("new");
  const query = useQuery({
    queryKey: [VOICEMAILS, state],
    queryFn: async () => (await api<{ items: VoicemailRecord[] }>(withQuery(VOICEMAILS, { state }))).items,
    refetchInterval: 15_000,
  });
  const shown = query.data?.length ?? 0;
  const mark = (it: VoicemailRecord) =>
    run(it.id, async () => {
      await api(`${VOICEMAILS}/${it.id}`, { method: "PATCH", body: { handled: it.state === "new" } });
      await queries.invalidateQueries({ queryKey: [VOICEMAILS] });
    });
  const columns: TableColumnsType<VoicemailRecord> = [
    {
      title: t("voicemail.caller"),
      render: (_, it) => (
        <Link to={`/interactions/${it.interaction}`}>
          {it.customer_name && <strong>{it.customer_name} </strong>}
          <span className={it.customer_name ? "muted num" : "num"}>
            {formatNumber(it.caller_number) || t("call.anonymous")}
          </span>
        </Link>
      ),
    },
    { title: t("voicemail.queue"), render: (_, it) => (it.queue ? name(it.queue_name ?? {}, it.queue) : "–") },
    { title: t("voicemail.left_at"), render: (_, it) => <span className="num">{moment(it.left_at)}</span> },
    {
      title: t("field.duration"),
      align: "right",
      render: (_, it) => <span className="num">{it.duration_ms === null ? "–" : formatDuration(it.duration_ms)}</span>,
    },
    { title: t("voicemail.message"), width: 220, render: (_, it) => <Message message={it} /> },
  ];
  const handledBy = { title: t("voicemail.handled_by"), render: (_: unknown, it: VoicemailRecord) => it.handled_by };
  const button = {
    title: <span className="unseen">{t("common.actions")}</span>,
    align: "right" as const,
    fixed: "right" as const,
    render: (_: unknown, it: VoicemailRecord) => (
      <Button size="small" loading={busy === it.id} onClick={() => mark(it)} data-testid={`handle-${it.id}`}>
        {t(it.state === "new" ? "voicemail.mark_handled" : "voicemail.mark_new")}
      </Button>
    ),
  };
  return (
    <div className="page">
      <PageHead title={t("menu.voicemail")} />
      <section className="panel" style={{ overflow: "hidden" }}>
        <div className="panel-head">
          <Segmented
            value={state}
            onChange={setState}
            options={STATES.map((it) => ({ value: it, label: t(`voicemail.${it}`) }))}
            data-testid="voicemail-state"
          />
        </div>
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<VoicemailRecord>
            key={state}
            rowKey="id"
            size="middle"
            loading={query.isPending}
            dataSource={query.data ?? []}
            pagination={
              shown > PAGE_SIZE && {
                pageSize: PAGE_SIZE,
                showSizeChanger: false,
                showTotal: (count) => t(shown < MOST ? "common.total" : "voicemail.newest", { count }),
                style: { padding: "0 16px" },
              }
            }
            scroll={{ x: "max-content" }}
            locale={{
              emptyText: query.isPending ? (
                <div className="nothing" />
              ) : (
                <Nothing text={t(`voicemail.none_${state}`)} />
              ),
            }}
            columns={[...columns, ...(state === "handled" ? [handledBy] : []), button]}
          />
        )}
      </section>
    </div>
  );
}

function Message({ message: it }: { message: VoicemailRecord }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  if (it.recording_state !== "stored") return <span className="muted">{t("voicemail.preparing")}</span>;
  return (
    <span data-testid={`message-${it.id}`}>
      <PlayButton
        source={`/api/recordings/${it.id}/audio`}
        label={t("recording.play")}
        stopLabel={t("recording.pause")}
        failed={() => void message.error(t("recording.unplayable"))}
      />
    </span>
  );
}
