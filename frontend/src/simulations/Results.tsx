import { QuestionCircleOutlined } from "@ant-design/icons";
import { Table, type TableColumnsType, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { PlayedQueue, SimulationResult } from "../api/types";
import { useFormat } from "../ui/format";
import { formatDuration } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";

interface Row {
  queue: string;
  present: PlayedQueue;
  planned: PlayedQueue | null;
}

/** The two days side by side; what became better is green, what became worse red, with a sign besides. */
export function Results({ result: { present, planned } }: { result: SimulationResult }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const queueName = useQueueName();
  const rows: Row[] = present.queues
    .filter((it) => it.offered > 0 || planned?.queues.some((other) => other.queue === it.queue && other.offered > 0))
    .map((it) => ({
      queue: it.queue,
      present: it,
      planned: planned?.queues.find((other) => other.queue === it.queue) ?? null,
    }));
  const column = (
    label: string,
    value: (it: PlayedQueue) => number | null,
    shown: (value: number | null) => string,
    better: "more" | "less" | null,
  ): TableColumnsType<Row>[number] => ({
    title: <span className="simulation-head">{label}</span>,
    align: "right",
    render: (_, row) => (
      <Pair present={value(row.present)} planned={row.planned && value(row.planned)} shown={shown} better={better} />
    ),
  });
  const count = (value: number | null) => String(value ?? "–");
  const time = (value: number | null) => (value === null ? "–" : formatDuration(value));
  return (
    <>
      <dl className="simulation-whole">
        <div>
          <dt>
            <Tooltip title={t("simulation.played_hint")}>
              {t("simulation.played")} <QuestionCircleOutlined className="faint" />
            </Tooltip>
          </dt>
          <dd className="num">{present.calls}</dd>
        </div>
        <div>
          <dt>{t("measure.occupancy")}</dt>
          <dd>
            <Pair present={present.occupancy} planned={planned?.occupancy ?? null} shown={percent} better={null} />
          </dd>
        </div>
        <div>
          <dt>{t("simulation.agents")}</dt>
          <dd>
            <Pair present={present.agents} planned={planned?.agents ?? null} shown={count} better={null} />
          </dd>
        </div>
      </dl>
      <Table
        rowKey="queue"
        size="small"
        pagination={false}
        scroll={{ x: "max-content" }}
        dataSource={rows}
        data-testid="simulation-result"
        columns={[
          { title: t("field.queue"), fixed: "left", render: (_, row) => <strong>{queueName(row.queue)}</strong> },
          column(t("metric.offered"), (it) => it.offered, count, null),
          column(t("metric.answered"), (it) => it.answered, count, "more"),
          column(t("metric.abandoned"), (it) => it.abandoned, count, "less"),
          column(t("measure.service_level"), (it) => it.service_level, percent, "more"),
          column(t("measure.asa"), (it) => (it.answered ? it.asa_ms : null), time, "less"),
          column(t("simulation.p95"), (it) => (it.answered ? it.wait_p95_ms : null), time, "less"),
          column(t("measure.longest_wait"), (it) => (it.answered ? it.wait_max_ms : null), time, "less"),
        ]}
      />
      <p className="simulation-note">{planned ? t("simulation.legend") : t("simulation.only_present")}</p>
    </>
  );
}

function Pair({
  present,
  planned,
  shown,
  better,
}: {
  present: number | null;
  planned: number | null;
  shown: (value: number | null) => string;
  better: "more" | "less" | null;
}) {
  const changed = planned !== null && shown(planned) !== shown(present);
  if (planned === null || present === null || !changed) return <span className="num">{shown(present)}</span>;
  const up = planned > present;
  const good = better === null ? null : (better === "more") === up;
  const kind = good === null ? "" : good ? "good" : "bad";
  return (
    <span className={`num simulation-pair ${kind}`}>
      <span className="faint">{shown(present)}</span> → <b>{shown(planned)}</b>
      <i aria-hidden="true">{up ? "▲" : "▼"}</i>
    </span>
  );
}
