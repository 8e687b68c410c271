import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DatePicker, Input, Table } from "antd";
import type dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import type { AuditItem, Page } from "../api/types";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";
import { ActorSelect } from "./ActorSelect";
import "./admin.css";

/** Who changed what, when, from where. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const { day, clock } = useFormat();
  const [page, setPage] = useState(1);
  const [filter, setFilter] = useState<Record<string, string | undefined>>({});
  const query = useQuery({
    queryKey: ["/api/audit", page, filter],
    queryFn: () => api<Page<AuditItem>>(withQuery("/api/audit", { ...filter, page, page_size: 50 })),
    placeholderData: keepPreviousData,
  });
  const narrow = (change: Record<string, string | undefined>) => {
    setFilter({ ...filter, ...change });
    setPage(1);
  };
  const word = (group: string, id: string) => (i18n.exists(`${group}.${id}`) ? t(`${group}.${id}`) : id);
  return (
    <div className="page">
      <PageHead title={t("menu.audit")} hint={t("audit.hint")} />
      <section className="panel">
        <div className="filters row" style={{ padding: 14, flexWrap: "wrap" }}>
          <ActorSelect onChange={(actor) => narrow({ actor })} />
          <Input.Search
            allowClear
            style={{ width: 200 }}
            placeholder={t("audit.object")}
            onSearch={(object) => narrow({ object })}
          />
          <DatePicker.RangePicker
            onChange={(value: [dayjs.Dayjs | null, dayjs.Dayjs | null] | null) =>
              narrow({ from: value?.[0]?.startOf("day").toISOString(), to: value?.[1]?.endOf("day").toISOString() })
            }
          />
        </div>
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<AuditItem>
            rowKey={(it) => `${it.at} ${it.actor} ${it.object_type} ${it.object_id} ${it.action}`}
            size="middle"
            loading={query.isPending}
            dataSource={query.data?.items}
            scroll={{ x: 900 }}
            pagination={{
              current: page,
              pageSize: 50,
              total: query.data?.total ?? 0,
              onChange: setPage,
              showSizeChanger: false,
              style: { padding: "0 16px" },
            }}
            columns={[
              {
                title: t("audit.at"),
                width: 170,
                render: (_, it) => (
                  <span className="num nowrap">
                    {day(it.at)} {clock(it.at)}
                  </span>
                ),
              },
              { title: t("audit.actor"), render: (_, it) => <strong>{it.actor_name || it.actor}</strong> },
              { title: t("audit.action"), render: (_, it) => word("audit_action", actionKey(it.action)) },
              {
                title: t("audit.object"),
                render: (_, it) => (
                  <>
                    {word("audit_object", it.object_type)}{" "}
                    <span className="faint nowrap" title={it.object_id}>
                      {shortId(it.object_id)}
                    </span>
                  </>
                ),
              },
              { title: t("audit.changes"), render: (_, it) => <Changes changes={it.changes} /> },
              { title: "IP", dataIndex: "ip", className: "num faint nowrap" },
            ]}
          />
        )}
      </section>
    </div>
  );
}

/** `queue.update` is an update whatever the object, which has a column of its own; signing in has kinds of its own. */
function actionKey(action: string): string {
  return action.startsWith("sign_in") ? action.replace(".", "_") : action.replace(/^.*\./, "");
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The first part of a UUID is enough to tell rows apart; the whole stands in the tooltip. */
const shortId = (id: string): string => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? id.slice(0, 8) : id);

function shown(value: unknown): string {
  if (isEmpty(value)) return "∅";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function Changes({ changes }: { changes: AuditItem["changes"] }) {
  return (
    <div className="audit-changes">
      {Object.entries(changes ?? {})
        .filter(([, change]) => !Array.isArray(change) || !change.every(isEmpty))
        .map(([field, change]) => (
          <div key={field}>
            <span className="muted">{field}: </span>
            {!Array.isArray(change) ? (
              shown(change)
            ) : isEmpty(change[0]) ? (
              <ins>{shown(change[1])}</ins>
            ) : (
              <>
                <del>{shown(change[0])}</del> → <ins>{shown(change[1])}</ins>
              </>
            )}
          </div>
        ))}
    </div>
  );
}
