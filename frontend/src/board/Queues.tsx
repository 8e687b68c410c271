import { WarningFilled } from "@ant-design/icons";
import { Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { QueueView } from "../link/messages";
import { useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { Since } from "../ui/Ticking";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { serviceLevel } from "./serviceLevel";
import { unattended } from "./unattended";

/** A row a queue; choosing one narrows the rest of the board to it. */
export function Queues({
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
        rowClassName={(it) =>
          [it.queue === chosen ? "board-chosen" : "", unattended(it) === "nobody" ? "board-alarm" : ""].join(" ")
        }
        onRow={(it) => ({ onClick: () => choose(it.queue === chosen ? null : it.queue) })}
        locale={{ emptyText: <Nothing text={t("board.no_queues")} /> }}
        columns={[
          { title: t("field.queue"), render: (_, it) => <strong>{queueName(it.queue)}</strong> },
          {
            title: t("board.waiting"),
            align: "right",
            sorter: (a, b) => a.waiting - b.waiting,
            render: (_, it) => (
              <b
                className="num"
                style={{ fontSize: 16, color: it.waiting ? "var(--queue-text)" : "var(--text-3)" }}
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
                  {seconds !== undefined && (
                    <span className="faint small num"> / {t("unit.seconds", { count: seconds })}</span>
                  )}
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

/** Ready, busy, not ready as one bar and three numbers; and where callers wait for nobody, that. */
function Staff({ queue }: { queue: QueueView }) {
  const { t } = useTranslation();
  const alarm = unattended(queue);
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
            <span
              key={label}
              style={{ color: count ? colour : alarm && label === t("board.ready") ? "var(--lost)" : "var(--text-3)" }}
            >
              {label} <b>{count}</b>
            </span>
          ))}
        </div>
        {alarm === "nobody" && (
          <div className="small board-alarm-text" data-testid={`unattended-${queue.queue}`}>
            <WarningFilled /> {queue.signed_in ? t("board.nobody_ready") : t("board.nobody_signed_in")}
          </div>
        )}
      </div>
    </Tooltip>
  );
}
