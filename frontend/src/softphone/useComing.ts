import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView } from "../link/messages";
import { useLink } from "../link/store";
import { comingOf } from "./coming";

/** Why a call is this agent's, and by whom, in words; "" where it simply came. */
export function useComing(agent: AgentView, interaction: InteractionView | null): string {
  const { t } = useTranslation();
  const agents = useLink((state) => state.view?.agents);
  const coming = interaction && comingOf(agent, interaction);
  if (!coming) return "";
  const name = (coming.by && agents?.[coming.by]?.name) || coming.by || t("intervention.somebody");
  return t(`coming.${coming.reason}`, { name });
}
