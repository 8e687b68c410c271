import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../api/client";
import type { VoicemailRecord } from "../api/types";
import { formatNumber, useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { useAsk } from "../ui/useAsk";

const STATES = ["new", "handled"] as const;

/** Messages callers left for one's queues: heard here, and marked when dealt with. */
export function VoicemailPage() {
  const { t } = useTranslation();
  const { name, moment } = useFormat();
  const queries = useQueryClient();
  const { run, busy } = useAsk();
  const [state, setState] = useState<(typeof STATES)[number]>("new");
  const query = useQuery({
    queryKey: ["/api/voicemails", state],
    queryFn: async () => (await api<{ items: VoicemailRecord[] }>(`/api/voicemails?state=${state}`)).items,
    refetchInterval: 15_000,
  });
  const mark = (it: VoicemailRecord) =>
    run(it.id, async () => {
      await api(`/api/voicemails/${it.id}`, { method: "PATCH", body: { handled: it.state === "new" } });
      await queries.invalidateQueries({ queryKey: ["/api/voicemails"] });
    });
  return (
    <div className="page stack">
      <PageHead title={t("menu.voicemail")} />
      <Segmented
        value={state}
        onChange={setState}
        options={STATES.map((it) => ({ value: it, label: t(`voicemail.${it}`) }))}
      />
      <Table<VoicemailRecord>
        rowKey="id"
        loading={query.isLoading}
        dataSource={query.data ?? []}
        pagination={false}
        locale={{ emptyText: t(`voicemail.none_${state}`) }}
        columns={[
          {
            title: t("voicemail.caller"),
            render: (_, it) => (
              <Link to={`/interactions/${it.interaction}`}>
                {it.customer_name || formatNumber(it.caller_number) || t("call.anonymous")}
              </Link>
            ),
          },
          { title: t("voicemail.queue"), render: (_, it) => (it.queue ? name(it.queue_name ?? {}, it.queue) : "–") },
          { title: t("voicemail.left_at"), render: (_, it) => <span className="num">{moment(it.left_at)}</span> },
          {
            title: t("voicemail.message"),
            render: (_, it) =>
              it.recording_state === "stored" ? (
                <audio
                  controls
                  preload="none"
                  src={`/api/recordings/${it.id}/audio`}
                  data-testid={`message-${it.id}`}
                />
              ) : (
                <span className="muted">{t("recording.ended")}</span>
              ),
          },
          { title: t("voicemail.handled_by"), render: (_, it) => it.handled_by ?? "" },
          {
            align: "right",
            render: (_, it) => (
              <Button size="small" loading={busy === it.id} onClick={() => mark(it)} data-testid={`handle-${it.id}`}>
                {t(it.state === "new" ? "voicemail.mark_handled" : "voicemail.mark_new")}
              </Button>
            ),
          },
        ]}
      />
    </div>
  );
}
