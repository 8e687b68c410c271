import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, withQuery } from "../api/client";
import { usePermission, useSession } from "../api/session";
import type { InteractionSummary, Page } from "../api/types";
import { useOtherName } from "../interactions/other-end";
import { ResultTag } from "../interactions/ResultTag";
import { useMyAgent, useMyInteraction } from "../link/store";
import { useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { Failure } from "../ui/QueryView";
import { formatDuration } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";

/** The last interactions, of this customer's number, or those that came to this agent, whether answered or missed. */
export function RecentList({ of, number, except }: { of: "customer" | "mine"; number?: string; except?: string }) {
  const { t } = useTranslation();
  const { moment, name } = useFormat();
  const queueName = useQueueName();
  const otherName = useOtherName();
  const agent = useSession()?.person?.agent;
  const may = usePermission();
  const state = useMyAgent()?.state;
  const current = useMyInteraction()?.interaction;
  const filter = of === "customer" ? { caller: number } : { came_to: agent };
  const query = useQuery({
    queryKey: ["recent", of, filter],
    queryFn: () =>
      api<Page<InteractionSummary>>(withQuery("/api/interactions", { ...filter, page_size: 9, sort: "-started_at" })),
    enabled: may("interactions.view_own", "interactions.view_all"),
  });
  const { refetch } = query;
  // A call just ended or was put down: the list has one more.
  useEffect(() => {
    if (state !== "working_after_call" && state !== "ready" && state !== "not_ready") return;
    // Facts reach the tables a moment after they reach the screen.
    const timer = setTimeout(() => void refetch(), 800);
    return () => clearTimeout(timer);
  }, [state, refetch]);
  const title = (it: InteractionSummary) => {
    if (of === "mine") return otherName(it, agent) || t("call.anonymous");
    if (it.queue) return queueName(it.queue, it.queue_name);
    return it.agent_name ?? it.agent ?? t("segment.flow");
  };
  const notMine = (it: InteractionSummary) => of === "mine" && it.own_talk_ms === null && it.answered_at !== null;
  // Of a talk that goes on it is only known how long it was at its last step.
  const talked = (it: InteractionSummary) => {
    if (!it.ended_at && (of === "customer" || it.id === current)) return 0;
    return of === "mine" ? (it.own_talk_ms ?? 0) : it.talk_ms;
  };
  const items = query.data?.items.filter((it) => it.id !== except).slice(0, 8);
  return (
    <section className="panel" data-testid={`recent-${of}`}>
      <div className="panel-head">
        <h2>{of === "customer" ? t("workbench.recent_customer") : t("workbench.recent_mine")}</h2>
      </div>
      {query.error && !items ? (
        <Failure error={query.error} retry={() => void refetch()} />
      ) : !items ? (
        <Skeleton active style={{ padding: 18 }} />
      ) : items.length === 0 ? (
        <Nothing text={t("workbench.recent_none")} />
      ) : (
        <ul className="recent">
          {items.map((it) => (
            <li key={it.id}>
              <Link to={`/interactions/${it.id}`}>
                <span className="row">
                  <strong className="grow ellipsis">
                    {title(it)}
                    {it.direction !== "inbound" && (
                      <span className="recent-direction">{t(`direction.${it.direction}`)}</span>
                    )}
                  </strong>
                  <time className="small faint">{moment(it.started_at)}</time>
                </span>
                <span className="row small muted">
                  {of === "mine" && agent && it.agent !== agent && it.not_answered_by.includes(agent) ? (
                    <span className="result result-abandoned" data-testid={`missed-${it.id}`}>
                      {t("workbench.missed")}
                    </span>
                  ) : notMine(it) && it.ended_at ? (
                    <span className="result" data-testid={`answered-by-${it.id}`}>
                      {t("workbench.answered_by", { name: it.agent_name ?? it.agent })}
                    </span>
                  ) : (
                    <ResultTag interaction={it} />
                  )}
                  <span className="grow ellipsis">{it.note || name(it.outcome_name, it.outcome ?? "")}</span>
                  {talked(it) > 0 && <span className="num">{formatDuration(talked(it))}</span>}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
