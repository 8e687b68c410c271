import { Button, Drawer, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePermission } from "../api/session";
import { ask, useAgents, useLink, useLinkUp } from "../link/store";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { useQueueName, useQueues } from "../ui/useQueueName";

/** A waiting call, and for a supervisor: first in line, into another queue, or for one agent. */
export function CallDrawer({ interaction, close }: { interaction: string; close: () => void }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const it = useLink((state) => state.view?.interactions[interaction]);
  const may = usePermission();
  return (
    <Drawer
      open
      size={460}
      title={it ? it.customer?.name || formatNumber(it.caller_number) || t("call.anonymous") : t("wall.gone")}
      onClose={close}
      extra={<Link to={`/interactions/${interaction}`}>{t("wall.details")}</Link>}
    >
      {it && (
        <div className="stack">
          <p>
            {queueName(it.queue)} · {t(`phase.${it.phase}`)} · <Since ms={it.phase_since_ms} />
          </p>
          {may("agents.supervise") && <Acts interaction={interaction} priority={it.priority} />}
        </div>
      )}
    </Drawer>
  );
}

function Acts({ interaction, priority }: { interaction: string; priority: number }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const queues = useQueues().data ?? [];
  const agents = useAgents().filter((it) => it.state !== "logged_off");
  const up = useLinkUp();
  const { busy, run } = useAsk();
  const [wanted, setWanted] = useState(priority + 10);
  const [queue, setQueue] = useState<string>();
  const [agent, setAgent] = useState<string>();
  return (
    <>
      <div className="row">
        <InputNumber
          style={{ flex: 1 }}
          prefix={t("field.priority")}
          min={-1000}
          max={1000}
          value={wanted}
          onChange={(value) => setWanted(value ?? 0)}
        />
        <Button
          type="primary"
          disabled={!up}
          loading={busy === "priority"}
          onClick={() => void run("priority", () => ask({ type: "Reprioritize", interaction, priority: wanted }))}
        >
          {t("wall.set_priority")}
        </Button>
      </div>
      <div className="row">
        <Select
          style={{ flex: 1 }}
          placeholder={t("wall.other_queue")}
          value={queue}
          onChange={setQueue}
          options={queues.map((it) => ({ value: it.id, label: queueName(it.id) }))}
        />
        <Button
          disabled={!up || !queue}
          loading={busy === "queue"}
          onClick={() => void run("queue", () => ask({ type: "Reroute", interaction, queue }))}
        >
          {t("wall.reroute")}
        </Button>
      </div>
      <div className="row">
        <Select
          style={{ flex: 1 }}
          placeholder={t("wall.one_agent")}
          showSearch={{ optionFilterProp: "label" }}
          value={agent}
          onChange={setAgent}
          options={agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }))}
        />
        <Button
          disabled={!up || !agent}
          loading={busy === "agent"}
          onClick={() => void run("agent", () => ask({ type: "Reroute", interaction, agent }))}
        >
          {t("wall.keep_for")}
        </Button>
      </div>
    </>
  );
}
