import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView, QueueView } from "../link/messages";
import { useFormat } from "../ui/format";
import { Since } from "../ui/Ticking";
import { serviceLevel } from "./serviceLevel";

/** The figures one looks at first. */
export function Totals({
  queues,
  interactions,
  agents,
}: {
  queues: QueueView[];
  interactions: InteractionView[];
  agents: AgentView[];
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const sum = (pick: (it: QueueView) => number) => queues.reduce((total, it) => total + pick(it), 0);
  const oldest = queues.map((it) => it.oldest_since_ms).filter((it) => it !== null);
  const level = serviceLevel({
    answered_today: sum((it) => it.answered_today),
    abandoned_today: sum((it) => it.abandoned_today),
    within_service_level_today: sum((it) => it.within_service_level_today),
  });
  const waiting = sum((it) => it.waiting);
  const ready = agents.filter((it) => it.state === "ready").length;
  const readyTone = ready ? "var(--ready)" : waiting ? "var(--lost)" : undefined;
  const talking = interactions.filter((it) => ["talk", "hold", "conference", "reconnecting"].includes(it.phase)).length;
  return (
    <section className="panel board-totals">
      <Total label={t("board.waiting")} tone={waiting ? "var(--queue-text)" : undefined} handle="board-waiting">
        {waiting}
      </Total>
      <Total label={t("board.oldest")}>{oldest.length ? <Since ms={Math.min(...oldest)} /> : "–"}</Total>
      <Total label={t("board.talking")}>{talking}</Total>
      <Total label={t("board.ready")} tone={readyTone} handle="board-ready">
        {ready}
      </Total>
      <Total label={t("measure.service_level")}>{percent(level)}</Total>
      <Total label={t("metric.answered")}>{sum((it) => it.answered_today)}</Total>
      <Total label={t("metric.abandoned")}>{sum((it) => it.abandoned_today)}</Total>
    </section>
  );
}

function Total({
  label,
  tone,
  handle,
  children,
}: {
  label: string;
  tone?: string;
  handle?: string;
  children: ReactNode;
}) {
  return (
    <div className="board-total" data-testid={handle}>
      <b className="num" style={{ color: tone }}>
        {children}
      </b>
      <span>{label}</span>
    </div>
  );
}
