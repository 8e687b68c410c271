import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView } from "../link/messages";
import { useLink } from "../link/store";
import { partOf } from "./part";

/** Says to whom a colleague consulted that they talk no more, whoever ended it. */
export function useConsultationOver(agent: AgentView, interaction: InteractionView | null): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const talks = agent.connection === "connected" || agent.connection === "hold";
  const advised = talks && interaction && partOf(agent, interaction) === "consulted" ? interaction : null;
  const before = useRef(advised);
  useEffect(() => {
    const was = before.current;
    before.current = advised;
    if (!was || agent.interaction !== null) return;
    const name = useLink.getState().view?.agents[was.agent ?? ""]?.name ?? was.agent;
    void message.info(t("consultation.over", { name, interpolation: { escapeValue: false } }));
  }, [advised, agent.interaction, message, t]);
}
