import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLink } from "../link/store";

const SHOWN_S = 12;

/** Says what another did to the agent's call, or that it was signed out, in the moment it happens. */
export function useInterventions(agent: AgentView): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const found = agent.intervention;
  const known = useRef(found?.at_ms);
  const who = useLink((state) => state.view?.agents[found?.by ?? ""]?.name) || found?.by || t("intervention.somebody");
  useEffect(() => {
    if (!found || found.at_ms === known.current) return;
    known.current = found.at_ms;
    void message.warning(t(`intervention.${found.what}`, { who, interpolation: { escapeValue: false } }), SHOWN_S);
  }, [found, who, message, t]);

  const signedOut = agent.state === "logged_off" && agent.reason === "forced";
  const wasOut = useRef(signedOut);
  useEffect(() => {
    if (signedOut && !wasOut.current) void message.warning(t("intervention.signed_out"), SHOWN_S);
    wasOut.current = signedOut;
  }, [signedOut, message, t]);
}
