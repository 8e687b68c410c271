import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { useList } from "../admin/useList";
import type { SkillRecord } from "../api/rules";
import type { Explanation } from "../api/types";
import { useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { formatDuration } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";
import { useReasonText } from "../ui/useReasonText";

type PassedOver = Explanation["passed_over"][number];

/** Each routing decision in words, and why every other member was passed over. */
export function Decisions({ explanations }: { explanations: Explanation[] }) {
  const { t } = useTranslation();
  const { clock, name } = useFormat();
  const queueName = useQueueName();
  if (explanations.length === 0) return <Nothing text={t("interaction.no_decisions")} />;
  return (
    <div data-testid="decisions">
      {explanations.map((it, index) => (
        <article key={index} className="decision">
          <div className="row small muted">
            <time>{clock(it.at)}</time>
            <span>
              {queueName(it.queue)} · {t(`rule.${it.rule}`, { defaultValue: it.rule })}
            </span>
          </div>
          <p className="decision-text" data-testid="decision-text">
            {name(it.text)}
          </p>
          {it.passed_over.length > 0 && (
            <Table<PassedOver>
              data-testid="passed-over"
              rowKey="agent"
              size="small"
              pagination={it.passed_over.length > 10 ? { pageSize: 10, size: "small" } : false}
              dataSource={it.passed_over}
              columns={[
                {
                  title: t("decision.passed_over", { count: it.passed_over_count }),
                  render: (_, other) => (
                    <>
                      {other.name} <span className="faint num">{other.agent}</span>
                    </>
                  ),
                },
                { title: t("decision.why"), render: (_, other) => <Why other={other} /> },
              ]}
            />
          )}
        </article>
      ))}
    </div>
  );
}

const FIGURES = ["average_idle_ms", "talk_ms", "average_talk_ms", "calls", "level", "place", "weight"] as const;

const shown = (figure: string, value: string | undefined) =>
  figure.endsWith("_ms") ? formatDuration(Number(value)) : value;

function Why({ other }: { other: PassedOver }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const reasonText = useReasonText();
  const skills = useList<SkillRecord>("/api/skills");
  const skill = other.data?.skill;
  const idle = other.data?.idle_ms;
  const reason = other.data?.reason;
  return (
    <>
      {t(`passed_over.${other.why}`, { defaultValue: other.why })}
      {skill && (
        <span className="faint num">
          {" · "}
          {t("decision.skill", {
            skill: name(skills.find((it) => it.id === skill)?.name, skill),
            level: other.data.level,
            required: other.data.required,
          })}
        </span>
      )}
      {FIGURES.map(
        (figure) =>
          other.data?.[figure] !== undefined &&
          !skill && (
            <span key={figure} className="faint num">
              {" · "}
              {t(`decision.${figure}`, { value: shown(figure, other.data[figure]) })}
            </span>
          ),
      )}
      {idle !== undefined && (
        <span className="faint num"> · {t("decision.idle_for", { time: formatDuration(Number(idle)) })}</span>
      )}
      {reason && <span className="faint"> · {reasonText(reason)}</span>}
    </>
  );
}
