import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import type { Alarm, Page } from "../api/types";
import { useFormat } from "../ui/format";
import { Failure } from "../ui/QueryView";
import { formatDuration } from "../ui/time";
import { useAsk } from "../ui/useAsk";
import { ALARMS } from "./useNewAlarms";
import { usePartText } from "./usePartText";
import { useStateText } from "./useStateText";

const PAGE_SIZE = 20;

/** What is wrong and what was: acknowledged here, cleared by itself. */
export function AlarmsPanel() {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const partText = usePartText();
  const stateText = useStateText();
  const queries = useQueryClient();
  const { busy, run } = useAsk();
  const [open, setOpen] = useState(true);
  const [page, setPage] = useState(1);
  const [noting, setNoting] = useState<{ id: number; note: string } | null>(null);
  const query = useQuery({
    queryKey: [ALARMS, open, page],
    queryFn: () => api<Page<Alarm>>(withQuery(ALARMS, { open: String(open), page, page_size: PAGE_SIZE })),
    placeholderData: keepPreviousData,
    refetchInterval: noting ? false : 5_000, // the row in which a note is typed stays
  });
  const acknowledge = async ({ id, note }: { id: number; note: string }) => {
    const path = `${ALARMS}/${id}/acknowledge`;
    if (!(await run("acknowledge", () => api(path, { method: "POST", body: { note } })))) return;
    setNoting(null);
    void queries.invalidateQueries({ queryKey: [ALARMS] });
  };
  return (
    <section className="panel" data-testid="alarms">
      <div className="panel-head">
        <h2>{t("alarms.title")}</h2>
        <Segmented
          value={open}
          options={[
            { value: true, label: t("alarms.open") },
            { value: false, label: t("alarms.history") },
          ]}
          onChange={(it) => {
            setOpen(it);
            setPage(1);
          }}
        />
      </div>
      {query.error && !query.data ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<Alarm>
          rowKey="id"
          size="middle"
          loading={query.isPending}
          dataSource={query.data?.items}
          locale={{ emptyText: open ? t("alarms.none_open") : t("alarms.none_yet") }}
          scroll={{ x: 820 }}
          pagination={
            (query.data?.total ?? 0) > PAGE_SIZE && {
              current: page,
              pageSize: PAGE_SIZE,
              total: query.data?.total ?? 0,
              onChange: setPage,
              showSizeChanger: false,
              style: { padding: "0 16px" },
            }
          }
          columns={[
            {
              title: t("alarms.severity"),
              width: 110,
              render: (_, it) => (
                <Tag color={it.severity === "critical" ? "red" : "orange"}>{t(`alarms.severities.${it.severity}`)}</Tag>
              ),
            },
            {
              title: t("alarms.source"),
              render: (_, it) => (
                <>
                  <strong>{partText(it.source)}</strong>
                  <div className="muted">{stateText(it.text)}</div>
                </>
              ),
            },
            {
              title: t("alarms.raised"),
              width: 170,
              render: (_, it) => <span className="num nowrap">{moment(it.raised_at)}</span>,
            },
            ...(open
              ? []
              : [
                  {
                    title: t("alarms.cleared"),
                    width: 130,
                    render: (_: unknown, it: Alarm) => (
                      <span className="num nowrap">{it.cleared_at && moment(it.cleared_at)}</span>
                    ),
                  },
                  {
                    title: t("alarms.lasted"),
                    width: 110,
                    render: (_: unknown, it: Alarm) => (
                      <span className="num nowrap">
                        {it.cleared_at && formatDuration(Date.parse(it.cleared_at) - Date.parse(it.raised_at))}
                      </span>
                    ),
                  },
                ]),
            {
              title: t("alarms.acknowledged"),
              width: 300,
              render: (_, it) =>
                noting?.id === it.id ? (
                  <Input.Search
                    autoFocus
                    maxLength={500}
                    placeholder={t("alarms.note")}
                    enterButton={t("alarms.acknowledge")}
                    value={noting.note}
                    onChange={(event) => setNoting({ id: it.id, note: event.target.value })}
                    loading={busy === "acknowledge"}
                    onSearch={() => void acknowledge(noting)}
                    onKeyDown={(event) => event.key === "Escape" && setNoting(null)}
                    data-testid="alarm-note"
                  />
                ) : it.acknowledged_at ? (
                  <>
                    {t("alarms.acknowledged_by", { who: it.acknowledged_by, at: moment(it.acknowledged_at) })}
                    {it.note && <div className="muted">{it.note}</div>}
                  </>
                ) : it.cleared_at ? (
                  "–"
                ) : (
                  <Button
                    size="small"
                    onClick={() => setNoting({ id: it.id, note: it.note })}
                    data-testid="alarm-acknowledge"
                  >
                    {t("alarms.acknowledge")}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </section>
  );
}
