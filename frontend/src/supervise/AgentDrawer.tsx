import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select, Skeleton, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AgentView, InteractionView } from "../link/messages";
import { enquire, useLink, useMyAgent } from "../link/store";
import { stateSinceMs } from "../softphone/since";
import { ClickMenu } from "../ui/ClickMenu";
import { useFormat } from "../ui/format";
import { Failure } from "../ui/QueryView";
import { StateTag, shownState } from "../ui/StateTag";
import { Since } from "../ui/Ticking";
import { useReasons } from "../ui/useChoices";
import { useFocusBack } from "../ui/useFocusBack";
import { useQueueName, useQueues } from "../ui/useQueueName";
import { useReasonText } from "../ui/useReasonText";
import { actionsFor, comesLater, modesFor } from "./actions";
import { MODE_ICONS } from "./modeIcons";
import { SupervisedBy } from "./SupervisedBy";
import { type Supervise, useSupervise } from "./useSupervise";
import "./supervise.css";

/** One agent: why it gets no calls, in words, and for a supervisor what can be done about it. */
export function AgentDrawer({ agent, close }: { agent: string; close: () => void }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const it = useLink((state) => state.view?.agents[agent]);
  const call = useLink((state) => (it?.interaction && state.view?.interactions[it.interaction]) || undefined);
  const supervise = useSupervise();
  useFocusBack();
  return (
    <Drawer
      open
      size={460}
      title={it ? t("people.with_login", { name: it.name, login: agent }) : agent}
      onClose={close}
      extra={call && <Link to={`/interactions/${call.interaction}`}>{t("supervise.open")}</Link>}
    >
      {it && (
        <div className="stack supervise">
          <p className="row">
            <StateTag state={shownState(it)} />
            <Tag data-testid="agent-type">{t(`agent_type.${it.type}`)}</Tag>
            {it.state === "not_ready" && it.reason && <span className="muted">{reasonText(it.reason)}</span>}
            {it.state !== "logged_off" && (
              <span className="muted">
                <Since ms={stateSinceMs(it, call ?? null)} />
              </span>
            )}
            {it.moved && <Tag>{t("wall.moved")}</Tag>}
            <SupervisedBy agent={it} />
          </p>
          {supervise && <AtCall agent={it} call={call} supervise={supervise} />}
          {supervise?.directs && (
            <>
              <Why agent={it} />
              <State agent={it} supervise={supervise} />
              {it.state !== "logged_off" && <Queues agent={it} supervise={supervise} />}
            </>
          )}
        </div>
      )}
    </Drawer>
  );
}

function Why({ agent: it }: { agent: AgentView }) {
  const { t } = useTranslation();
  const why = useQuery({
    queryKey: ["why", it.agent, it.state, it.queues.join()],
    queryFn: () => enquire({ type: "ExplainAgent", agent: it.agent }),
    refetchInterval: 5_000,
    retry: false,
  });
  return (
    <section>
      <h3>{t("wall.why")}</h3>
      {why.error && !why.data ? (
        <Failure error={why.error} retry={() => void why.refetch()} />
      ) : why.data ? (
        <p className="supervise-why" data-testid="why">
          {why.data.message}
        </p>
      ) : (
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      )}
    </section>
  );
}

/** Being at its call, in each way that is allowed, and ending that. */
function AtCall({
  agent: it,
  call,
  supervise,
}: {
  agent: AgentView;
  call: InteractionView | undefined;
  supervise: Supervise;
}) {
  const { t } = useTranslation();
  const me = useMyAgent();
  const modes = modesFor(it, call, me).filter((mode) => supervise.modes.includes(mode));
  const ends = supervise.releases && call && actionsFor(it).includes("release");
  if (modes.length === 0 && !ends) return null;
  return (
    <section>
      <h3>{t("supervision.at_call")}</h3>
      <div className="row supervise-buttons">
        {modes.map((mode) => (
          <Button
            key={mode}
            icon={MODE_ICONS[mode]}
            onClick={() => supervise.join(it, mode)}
            data-testid={`supervise-${mode}`}
          >
            {t(`supervision.${mode}`)}
          </Button>
        ))}
        {me?.supervises?.agent === it.agent && (
          <Button onClick={() => supervise.leave(it.agent)}>{t("supervision.leave")}</Button>
        )}
        {ends && (
          <Button danger onClick={() => supervise.release(call)}>
            {t("supervise.release")}
          </Button>
        )}
      </div>
    </section>
  );
}

function State({ agent: it, supervise }: { agent: AgentView; supervise: Supervise }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const reasons = useReasons();
  const actions = actionsFor(it);
  const later = comesLater(it);
  return (
    <section>
      <h3>{t("wall.do")}</h3>
      {actions.length === 0 ? (
        <p className="muted">{t("wall.signed_out")}</p>
      ) : (
        <div className="row supervise-buttons">
          {actions.includes("ready") && (
            <Button onClick={() => supervise.setReady(it)}>
              {later ? t("supervise.ready_after") : t("supervise.ready")}
            </Button>
          )}
          <ClickMenu
            menu={{
              items: [
                ...reasons.map((reason) => ({ key: reason.id, label: name(reason.name, reason.id) })),
                { key: "", label: t("workbench.no_reason") },
              ],
              onClick: ({ key }) => supervise.setNotReady(it, key || null),
            }}
          >
            <Button>{later ? t("supervise.not_ready_after") : t("supervise.not_ready")}</Button>
          </ClickMenu>
          {actions.includes("restart") && <Button onClick={() => supervise.restart(it)}>{t("session.restart")}</Button>}
          <Button danger onClick={() => supervise.signOut(it)}>
            {t("supervise.sign_out")}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Which queues it serves; others than its own for a time. */
function Queues({ agent: it, supervise }: { agent: AgentView; supervise: Supervise }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const all = useQueues().data ?? [];
  const told = it.queues.join();
  const [chosen, setChosen] = useState(it.queues);
  useEffect(() => setChosen(told ? told.split(",") : []), [told]);
  return (
    <section>
      <h3>{t("wall.serves")}</h3>
      <p className="small muted">{t("supervise.move_hint")}</p>
      <Select
        mode="multiple"
        style={{ width: "100%" }}
        value={chosen}
        onChange={setChosen}
        showSearch={{ optionFilterProp: "label" }}
        options={all.map((queue) => ({ value: queue.id, label: queueName(queue.id) }))}
        data-testid="move-queues"
      />
      <div className="row supervise-buttons">
        <Button
          type="primary"
          disabled={chosen.length === 0 || chosen.join() === told}
          onClick={() => supervise.move(it, chosen)}
          data-testid="move-save"
        >
          {t("wall.move")}
        </Button>
        {it.moved && <Button onClick={() => supervise.move(it, null)}>{t("wall.move_back")}</Button>}
      </div>
    </section>
  );
}
