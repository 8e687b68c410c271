import { ExperimentOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { QueueRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { QueueForm } from "./queue/QueueForm";
import { QueueRemoval, type RemovalChoice } from "./queue/QueueRemoval";
import { BLANK, fromValues, toValues } from "./queue/values";
import { type Removal, ResourcePage } from "./ResourcePage";
import "./admin.css";

export function QueuesPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const seconds = (value: number) => <span className="num">{t("unit.seconds", { count: value })}</span>;
  const remove = (queue: QueueRecord): Removal => {
    let chosen: RemovalChoice = { move_to: queue.when_deleted };
    return {
      title: t("common.delete_question", { name: name(queue.name, queue.id) }),
      hint: <QueueRemoval queue={queue} onChange={(choice) => (chosen = choice)} />,
      verb: t("common.delete"),
      done: t("common.deleted"),
      query: () => ({ move_to: chosen.move_to ?? undefined, force: chosen.force }),
    };
  };
  return (
    <ResourcePage<QueueRecord>
      path="/api/queues"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.queues")}
      hint={t("queues.hint")}
      newLabel={t("queues.new")}
      removal={remove}
      drawerWidth={940}
      blank={BLANK}
      toValues={toValues}
      fromValues={fromValues}
      findingKind="queue"
      columns={[
        {
          title: t("field.name"),
          key: "id",
          sorter: true,
          render: (_, it) => (
            <>
              <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
            </>
          ),
        },
        {
          title: t("queues.members"),
          align: "right",
          render: (_, it) => <span className="num">{it.members.length}</span>,
        },
        { title: t("queues.algorithm"), render: (_, it) => t(`rule.${it.algorithm}`, { defaultValue: it.algorithm }) },
        { title: t("queues.service_level"), align: "right", render: (_, it) => seconds(it.service_level_s) },
        { title: t("queues.wrap_up"), align: "right", render: (_, it) => seconds(it.wrap_up_s) },
        {
          title: t("field.priority"),
          key: "priority",
          sorter: true,
          align: "right",
          render: (_, it) => <span className="num">{it.priority}</span>,
        },
        {
          title: t("queue_tab.overflow"),
          align: "right",
          render: (_, it) => <span className="num">{it.overflow.length || "–"}</span>,
        },
      ]}
      form={(isNew, _, faults) => <QueueForm isNew={isNew} faults={faults} />}
      besides={(leave) => (
        <Button
          icon={<ExperimentOutlined />}
          title={t("queues.simulate_hint")}
          onClick={() => void leave("/simulations", (queue) => ({ planned: [queue] }))}
          data-testid="queue-simulate"
        >
          {t("queues.simulate")}
        </Button>
      )}
    />
  );
}
