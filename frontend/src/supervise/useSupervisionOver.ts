import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLink } from "../link/store";

/** Says to who was at an agent's call that it is over, so that a silent telephone is not taken for a fault. */
export function useSupervisionOver(me: AgentView | null): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const at = me?.supervises ?? null;
  const before = useRef(at);
  useEffect(() => {
    const was = before.current;
    before.current = at;
    const agent = was && useLink.getState().view?.agents[was.agent];
    const left = agent?.interaction === was?.interaction && agent?.state === "busy";
    const tookOver = me?.interaction === was?.interaction;
    if (!agent || at || left || tookOver) return;
    void message.info(t("supervision.over", { name: agent.name }));
  }, [at, me?.interaction, message, t]);
}
