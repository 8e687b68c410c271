import { useTranslation } from "react-i18next";
import type { FlowStepItem } from "../api/types";
import { useFormat } from "../ui/format";
import { Nothing } from "../ui/Nothing";

/** The nodes of the flow the caller came through, with the keys pressed. */
export function FlowSteps({ steps }: { steps: FlowStepItem[] }) {
  const { t } = useTranslation();
  const { clock } = useFormat();
  if (steps.length === 0) return <Nothing text={t("interaction.no_steps")} />;
  return (
    <ol className="steps" data-testid="flow-steps">
      {steps.map((it, index) => (
        <li key={index}>
          <time className="num">{clock(it.at)}</time>
          <div>
            {it.digit ? (
              <>
                {t("interaction.pressed")} <span className="digit num">{it.digit}</span>
                <span className="faint"> {it.node}</span>
              </>
            ) : (
              <>
                {t(`node.${it.node_type}`, { defaultValue: it.node_type })} <span className="faint">{it.node}</span>
                {it.port && <span className="faint"> → {it.port}</span>}
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
