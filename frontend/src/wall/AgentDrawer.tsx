import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select, Skeleton, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePermission } from "../api/session";
import { ask, enquire, useLink, useLinkUp } from "../link/store";
import { Failure } from "../ui/QueryView";
import { StateTag, shownState } from "../ui/StateTag";
import { useAsk } from "../ui/useAsk";
import { useQueueName, useQueues } from "../ui/useQueueName";
import "./wall.css";

/** One agent: why it gets no calls, in words, and for a supervisor what can be done about it. */
export function AgentDrawer({ agent, close }: { agent: string; close: () => void }) {
  const { t } = useTranslation();
  const it = useLink((state) => state.view?.agents[agent]);
  const may = usePermission();
  const up = useLinkUp();
  const why = useQuery({
    queryKey: ["why", agent, it?.state, it?.queues.join()],
    queryFn: () => enquire({ type: "ExplainAgent", agent }),
    enabled: up && may("agents.supervise"),
    refetchInterval: 5_000,
    retry: false,
  });
  return (
    <Drawer open size={460} title={it ? `${it.name} · ${agent}` : agent} onClose={close}>
      {it && (
        <div className="stack">
          <div>
            <StateTag state={shownState(it)} /> {it.moved && <Tag color="gold">{t("wall.moved")}</Tag>}
          </div>
          {may("agents.supervise") && (
            <>
              <section>
                <h3>{t("wall.why")}</h3>
                {why.error && !why.data ? (
                  <Failure error={why.error} retry={() => void why.refetch()} />
                ) : why.data ? (
                  <p className="wall-why" data-testid="why">
                    {why.data.message}
                  </p>
                ) : (
                  <Skeleton active title={false} paragraph={{ rows: 2 }} />
                )}
              </section>
              <section>
                <h3>{t("wall.do")}</h3>
                <State agent={agent} state={it.state} up={up} />
                <Move agent={agent} queues={it.queues} moved={it.moved} up={up} />
              </section>
            </>
          )}
        </div>
      )}
    </Drawer>
  );
}

function State({ agent, state, up }: { agent: string; state: string; up: boolean }) {
  const { t } = useTranslation();
  const { busy, run } = useAsk();
  if (state === "logged_off") return <p className="muted">{t("wall.signed_out")}</p>;
  const act = (type: "SetReady" | "SetNotReady" | "SignOut") =>
    void run(type, () => ask(type === "SetNotReady" ? { type, agent, reason: null } : { type, agent }));
  return (
    <div className="row" style={{ marginBottom: 14 }}>
      <Button disabled={!up} loading={busy === "SetReady"} onClick={() => act("SetReady")}>
        {t("agent_state.ready")}
      </Button>
      <Button disabled={!up} loading={busy === "SetNotReady"} onClick={() => act("SetNotReady")}>
        {t("agent_state.not_ready")}
      </Button>
      <Button danger disabled={!up} loading={busy === "SignOut"} onClick={() => act("SignOut")}>
        {t("wall.sign_out")}
      </Button>
    </div>
  );
}

function Move({ agent, queues, moved, up }: { agent: string; queues: string[]; moved: boolean; up: boolean }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const all = useQueues().data ?? [];
  const { busy, run } = useAsk();
  const [chosen, setChosen] = useState(queues);
  const told = queues.join();
  useEffect(() => setChosen(told ? told.split(",") : []), [told]);
  const move = (to: string[] | null) => void run("MoveAgent", () => ask({ type: "MoveAgent", agent, queues: to }));
  return (
    <>
      <p className="small muted" style={{ marginBottom: 6 }}>
        {t("wall.serves")}
      </p>
      <Select
        mode="multiple"
        style={{ width: "100%", marginBottom: 8 }}
        value={chosen}
        onChange={setChosen}
        options={all.map((it) => ({ value: it.id, label: queueName(it.id) }))}
      />
      <div className="row">
        <Button type="primary" disabled={!up} loading={busy === "MoveAgent"} onClick={() => move(chosen)}>
          {t("wall.move")}
        </Button>
        {moved && (
          <Button disabled={!up} onClick={() => move(null)}>
            {t("wall.move_back")}
          </Button>
        )}
      </div>
    </>
  );
}
