import { useTranslation } from "react-i18next";
import type { InteractionSummary } from "../api/types";

type Result = "live" | "answered" | "abandoned" | "ended";

/** What became of it in one word: answered, abandoned, ended without an agent, or still going on. */
export function resultOf(it: Pick<InteractionSummary, "ended_at" | "answered_at" | "end_reason">): Result {
  if (!it.ended_at) return "live";
  if (it.answered_at) return "answered";
  return it.end_reason === "abandoned" ? "abandoned" : "ended";
}

export function ResultTag({ interaction }: { interaction: InteractionSummary }) {
  const { t } = useTranslation();
  const result = resultOf(interaction);
  return <span className={`result result-${result}`}>{t(`result.${result}`)}</span>;
}
