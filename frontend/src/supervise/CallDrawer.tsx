import { Button, Drawer, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { otherNumber } from "../interactions/other-end";
import type { InteractionView } from "../link/messages";
import { useAgents, useLink } from "../link/store";
import { dialled } from "../softphone/party-search";
import { waitsSinceMs } from "../softphone/since";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useFocusBack } from "../ui/useFocusBack";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { waitsForCallback } from "./actions";
import { type Supervise, useSupervise } from "./useSupervise";
import "./supervise.css";

/** A waiting call, and for a supervisor: first in line, into another queue, for one agent, or ended. */
export function CallDrawer({ interaction, close }: { interaction: string; close: () => void }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const it = useLink((state) => state.view?.interactions[interaction]);
  const supervise = useSupervise();
  useFocusBack();
  return (
    <Drawer
      open
      size={460}
      title={it ? it.customer?.name || formatNumber(otherNumber(it)) || t("call.anonymous") : t("wall.gone")}
      onClose={close}
      extra={<Link to={`/interactions/${interaction}`}>{t("supervise.open")}</Link>}
    >
      {it && (
        <div className="stack supervise">
          <p className="muted">
            {it.customer?.name && <span className="num">{formatNumber(otherNumber(it))} · </span>}
            {it.queue ? `${queueName(it.queue)} · ` : ""}
            {t(`phase.${it.phase}`)} · <Since ms={waitsSinceMs(it)} />
          </p>
          {supervise && <Acts call={it} supervise={supervise} />}
        </div>
      )}
    </Drawer>
  );
}

function Acts({ call: it, supervise }: { call: InteractionView; supervise: Supervise }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const queues = useQueues().data ?? [];
  const agents = useAgents().filter((agent) => agent.state !== "logged_off");
  const [wanted, setWanted] = useState(it.priority);
  const [queue, setQueue] = useState<string>();
  const [agent, setAgent] = useState<string>();
  const [typed, setTyped] = useState("");
  const number = dialled(typed);
  const waits = it.phase === "queue" || it.phase === "offer";
  return (
    <>
      {waits && supervise.directs && (
        <div className="supervise-acts">
          <h3>{t("field.priority")}</h3>
          <InputNumber
            aria-label={t("field.priority")}
            min={-1000}
            max={1000}
            value={wanted}
            onChange={(value) => setWanted(value ?? it.priority)}
            data-testid="wanted-priority"
          />
          <Button type="primary" disabled={wanted === it.priority} onClick={() => supervise.prioritize(it, wanted)}>
            {t("wall.set_priority")}
          </Button>
          <p className="small muted" data-testid="priority-change">
            {wanted === it.priority
              ? t("supervise.priority_now", { now: it.priority })
              : t("supervise.priority_becomes", { now: it.priority, next: wanted })}
          </p>
          <h3>{t("supervise.to_queue")}</h3>
          <Select
            placeholder={t("wall.other_queue")}
            value={queue}
            onChange={setQueue}
            options={queues
              .filter((other) => other.id !== it.queue)
              .map((other) => ({ value: other.id, label: queueName(other.id) }))}
            data-testid="reroute-queue"
          />
          <Button disabled={!queue} onClick={() => queue && supervise.reroute(it, { queue })}>
            {t("wall.reroute")}
          </Button>
          <h3>{t("supervise.for_agent")}</h3>
          <Select
            placeholder={t("wall.one_agent")}
            showSearch={{ optionFilterProp: "label" }}
            value={agent}
            onChange={setAgent}
            options={agents.map((other) => ({ value: other.agent, label: `${other.agent} ${other.name}` }))}
            data-testid="reroute-agent"
          />
          <Button disabled={!agent} onClick={() => agent && supervise.reroute(it, { agent })}>
            {t("wall.keep_for")}
          </Button>
          {it.parties.length > 0 && (
            <>
              <h3>{t("supervise.to_number")}</h3>
              <Input
                aria-label={t("supervise.to_number")}
                className="num"
                placeholder={t("wall.a_number")}
                value={typed}
                maxLength={40}
                onChange={(event) => setTyped(event.target.value)}
                onPressEnter={() => number && supervise.reroute(it, { to: { type: "number", number } })}
                data-testid="reroute-number"
              />
              <Button
                disabled={!number}
                onClick={() => number && supervise.reroute(it, { to: { type: "number", number } })}
              >
                {t("wall.send_to_number")}
              </Button>
            </>
          )}
        </div>
      )}
      {supervise.releases && (
        <div>
          <Button danger onClick={() => supervise.release(it)}>
            {waitsForCallback(it) ? t("supervise.cancel_callback") : t("supervise.release")}
          </Button>
        </div>
      )}
    </>
  );
}
