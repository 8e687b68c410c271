import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import type { AgentView } from "../link/messages";
import { useLink } from "../link/store";
import { StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since } from "../ui/Ticking";
import { useQueueName } from "../ui/useQueueName";
import { useReasonText } from "../ui/useReasonText";

/** Between calls: what the agent is, and what waits in the agent's queues. */
export function IdlePanel({ agent }: { agent: AgentView | null }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const queueName = useQueueName();
  const queues = useLink(useShallow((state) => (agent?.queues ?? []).flatMap((id) => state.view?.queues[id] ?? [])));
  const refused = useLink((state) => state.status === "refused");
  const at = agent?.supervises;
  const supervised = useLink((link) => link.view?.agents[at?.agent ?? ""]?.name);
  if (!agent && refused) return null;
  if (!agent)
    return (
      <section className="panel panel-body">
        <Skeleton active paragraph={{ rows: 5 }} />
      </section>
    );
  const state = shownState(agent);
  const reason = state === "not_ready" && agent.reason ? reasonText(agent.reason) : t(`idle.${state}_hint`);
  const hint = at ? "" : reason;
  return (
    <>
      <section className="panel idle" style={{ color: stateColour(state) }} data-testid="idle-panel">
        <span className="idle-ring">
          <StateDot state={state} size={44} />
        </span>
        <h2>{at ? t(`supervision.at_${at.mode}`, { name: supervised || at.agent }) : t(`idle.${state}`)}</h2>
        <p>
          {hint && `${hint} · `}
          <Since ms={at ? at.since_ms : agent.since_ms} />
        </p>
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>{t("workbench.my_queues")}</h2>
        </div>
        <div className="idle-queues">
          {queues.map((it) => (
            <div key={it.queue} className="idle-queue">
              <strong className="grow ellipsis">{queueName(it.queue)}</strong>
              <span className="idle-figure">
                <b className="num" style={it.waiting ? { color: "var(--queue-text)" } : undefined}>
                  {it.waiting}
                </b>
                {t("board.waiting")}
              </span>
              <span className="idle-figure">
                <b>{it.oldest_since_ms ? <Since ms={it.oldest_since_ms} /> : "–"}</b>
                {t("board.oldest")}
              </span>
              <span className="idle-figure">
                <b className="num">{it.ready}</b>
                {t("board.ready")}
              </span>
            </div>
          ))}
          {queues.length === 0 && <p className="muted panel-body">{t("workbench.no_queues")}</p>}
        </div>
      </section>
    </>
  );
}
