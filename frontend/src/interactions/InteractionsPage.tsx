import { AudioOutlined, DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Select, Table, type TableColumnsType, Tag, Tooltip } from "antd";
import type { Dayjs } from "dayjs";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, withQuery } from "../api/client";
import { usePermission } from "../api/session";
import type { InteractionSummary, Page } from "../api/types";
import { useAgents } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";
import { SearchBox } from "../ui/SearchBox";
import { sortAsked, sortedColumns } from "../ui/sorting";
import { formatDuration } from "../ui/time";
import { useOutcomes } from "../ui/useChoices";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { useZoned } from "../ui/zone";
import { otherNumber } from "./other-end";
import { RESULTS, ResultTag } from "./ResultTag";
import "./interactions.css";

/** What the server narrows by; all of it lives in the address, so that a list can be linked to and gone back to. */
const FILTERS = [
  "from",
  "to",
  "report",
  "metric",
  "queue",
  "agent",
  "caller",
  "direction",
  "result",
  "outcome",
  "search",
];
const DEFAULT_SORT = "-started_at";

export function InteractionsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = usePermission();
  const { moment, name } = useFormat();
  const queueName = useQueueName();
  const [parameters, setParameters] = useSearchParams();
  const page = Number(parameters.get("page") ?? 1);
  const pageSize = Number(parameters.get("page_size") ?? 50);
  const sort = parameters.get("sort") ?? DEFAULT_SORT;
  const filter = useMemo(
    () => Object.fromEntries(FILTERS.flatMap((it) => (parameters.get(it) ? [[it, parameters.get(it)]] : []))),
    [parameters],
  );
  const query = useQuery({
    queryKey: ["/api/interactions", filter, page, pageSize, sort],
    queryFn: ({ signal }) =>
      api<Page<InteractionSummary>>(withQuery("/api/interactions", { ...filter, page, page_size: pageSize, sort }), {
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });

  const set = (change: Record<string, string | undefined>) =>
    setParameters((old) => {
      const next = new URLSearchParams(old);
      for (const [key, value] of Object.entries({ page: undefined, ...change })) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      return next;
    });

  const time = (ms: number) => <span className="num">{ms > 0 ? formatDuration(ms) : "–"}</span>;

  const columns: TableColumnsType<InteractionSummary> = [
    {
      title: t("field.started"),
      key: "started_at",
      sorter: true,
      width: 132,
      render: (_, it) => (
        <Link to={`/interactions/${it.id}`} className="num nowrap" onClick={(event) => event.stopPropagation()}>
          {moment(it.started_at)}
        </Link>
      ),
    },
    {
      title: t("field.customer"),
      key: "customer",
      render: (_, it) => (
        <>
          {it.customer?.name && <strong>{it.customer.name} </strong>}
          <span className={it.customer?.name ? "muted num nowrap" : "num nowrap"}>
            {it.direction === "internal"
              ? `${formatNumber(it.caller_number)} → ${formatNumber(it.called_number)}`
              : formatNumber(otherNumber(it)) || t("call.anonymous")}
          </span>
        </>
      ),
    },
    { title: t("field.queue"), key: "queue", render: (_, it) => queueName(it.queue, it.queue_name) },
    {
      title: t("field.agent"),
      key: "agent",
      render: (_, it) => it.agent_name ?? it.agent ?? <span className="faint">–</span>,
    },
    { title: t("field.result"), key: "result", width: 110, render: (_, it) => <ResultTag interaction={it} /> },
    {
      title: t("field.wait"),
      key: "queue_ms",
      align: "right",
      width: 88,
      sorter: true,
      render: (_, it) => time(it.queue_ms),
    },
    {
      title: t("field.talk"),
      key: "talk_ms",
      align: "right",
      width: 88,
      sorter: true,
      render: (_, it) => time(it.talk_ms),
    },
    {
      title: t("field.outcome"),
      key: "outcome",
      render: (_, it) =>
        it.outcome ? <Tag>{name(it.outcome_name, it.outcome)}</Tag> : <span className="faint">–</span>,
    },
    {
      title: "",
      key: "recording",
      width: 40,
      render: (_, it) =>
        it.has_recording ? (
          <Tooltip title={t("recording.available")}>
            <AudioOutlined className="muted" aria-label={t("recording.available")} />
          </Tooltip>
        ) : null,
    },
  ];

  return (
    <div className="page">
      <PageHead title={t("menu.interactions")}>
        <Button
          icon={<DownloadOutlined />}
          href={withQuery("/api/interactions/export.csv", filter)}
          data-testid="interactions-export"
        >
          {t("interactions.export")}
        </Button>
      </PageHead>
      <div className="panel">
        <Filters filter={filter} set={set} />
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<InteractionSummary>
            className="clickable-rows"
            data-testid="interactions-table"
            rowKey="id"
            size="middle"
            columns={sortedColumns(columns, sort)}
            dataSource={query.data?.items}
            loading={query.isPending}
            scroll={{ x: 980 }}
            locale={{ emptyText: <Nothing text={t("interactions.none")} /> }}
            onRow={(it) => ({ onClick: () => navigate(`/interactions/${it.id}`) })}
            pagination={{
              current: page,
              pageSize,
              total: query.data?.total ?? 0,
              showSizeChanger: true,
              pageSizeOptions: [20, 50, 100, 200],
              showTotal: (total) => (
                <span data-testid="interactions-total">{t("interactions.total", { count: total })}</span>
              ),
              style: { padding: "0 16px" },
            }}
            onChange={(pagination, _filters, sorter) => {
              const field = sortAsked(sorter) || DEFAULT_SORT;
              set({
                sort: field === DEFAULT_SORT ? undefined : field,
                page: field === sort && pagination.current !== 1 ? String(pagination.current) : undefined,
                page_size: pagination.pageSize === 50 ? undefined : String(pagination.pageSize),
              });
            }}
          />
        )}
      </div>
      {!may("interactions.view_all") && (
        <p className="small faint" style={{ marginTop: 12 }}>
          {t("interactions.own_only")}
        </p>
      )}
    </div>
  );
}

function Filters({
  filter,
  set,
}: {
  filter: Record<string, string | null>;
  set: (change: Record<string, string | undefined>) => void;
}) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const may = usePermission();
  const queues = useQueues().data ?? [];
  const agents = useAgents();
  const outcomes = useOutcomes();
  const zone = useZoned();
  const shown = (moment: string | null | undefined) => (moment ? zone.shown(moment) : null);
  const range = filter.from || filter.to ? [shown(filter.from), shown(filter.to)] : null;
  const days = (back: number, length = 1) => {
    const start = zone.shown(Date.now()).startOf("day").subtract(back, "day");
    return [start, start.add(length - 1, "day").endOf("day")] as [Dayjs, Dayjs];
  };
  const select = (key: string, placeholder: string, options: { value: string; label: string }[], width = 132) => (
    <Select
      allowClear
      showSearch
      optionFilterProp="label"
      style={{ width }}
      placeholder={placeholder}
      value={filter[key] ?? null}
      options={options}
      onChange={(value?: string | null) => set({ [key]: value ?? undefined })}
      data-testid={`filter-${key}`}
    />
  );
  const many = Object.keys(filter).length > 0;
  return (
    <div className="filters">
      <SearchBox
        width={230}
        placeholder={t("interactions.search")}
        value={filter.search ?? ""}
        search={(text) => set({ search: text || undefined })}
        handle="filter-search"
      />
      <DatePicker.RangePicker
        style={{ width: 300 }}
        showTime={{ format: "HH:mm" }}
        format="YYYY-MM-DD HH:mm"
        value={range as [Dayjs, Dayjs] | null}
        presets={[
          { label: t("interactions.today"), value: days(0) },
          { label: t("interactions.yesterday"), value: days(1) },
          { label: t("interactions.week"), value: days(6, 7) },
        ]}
        onChange={(value) =>
          set({
            from: value?.[0] ? zone.moment(value[0]) : undefined,
            to: value?.[1] ? zone.moment(value[1]) : undefined,
            report: undefined,
          })
        }
      />
      {select(
        "queue",
        t("field.queue"),
        queues.map((it) => ({ value: it.id, label: name(it.name, it.id) })),
      )}
      {may("interactions.view_all") &&
        select(
          "agent",
          t("field.agent"),
          agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` })),
        )}
      {select(
        "result",
        t("field.result"),
        RESULTS.map((it) => ({ value: it, label: t(`result.${it}`) })),
        150,
      )}
      {select(
        "outcome",
        t("field.outcome"),
        outcomes.map((it) => ({ value: it.id, label: name(it.name, it.id) })),
      )}
      {filter.metric && (
        <Tag
          closable
          color="blue"
          onClose={() => set({ metric: undefined, report: undefined })}
          style={{ alignSelf: "center" }}
        >
          {filter.report === "today" ? `${t("interactions.today")} · ` : ""}
          {t(`metric.${filter.metric}`, { defaultValue: filter.metric })}
        </Tag>
      )}
      {many && (
        <Button type="link" onClick={() => set(Object.fromEntries(FILTERS.map((it) => [it, undefined])))}>
          {t("interactions.clear")}
        </Button>
      )}
    </div>
  );
}
