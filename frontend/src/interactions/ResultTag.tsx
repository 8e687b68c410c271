import { useTranslation } from "react-i18next";
import type { InteractionSummary } from "../api/types";

/** As `callbase/apps/interactions/results.py` narrows by. */
export const RESULTS = ["live", "answered", "abandoned", "missed", "voicemail", "refused", "closed", "ended"] as const;
type Result = (typeof RESULTS)[number];

const BY_REASON: Record<string, Result> = {
  abandoned: "abandoned",
  missed: "missed",
  voicemail: "voicemail",
  blocked: "refused",
  lines_full: "refused",
  number_unknown: "refused",
  closed: "closed",
};

/** What became of it in one word; `ended`: otherwise than by one of the others, without an agent. */
export function resultOf(it: Pick<InteractionSummary, "ended_at" | "answered_at" | "end_reason">): Result {
  if (!it.ended_at) return "live";
  if (it.answered_at) return "answered";
  return BY_REASON[it.end_reason ?? ""] ?? "ended";
}

export function ResultTag({ interaction }: { interaction: InteractionSummary }) {
  const { t } = useTranslation();
  const result = resultOf(interaction);
  return <span className={`result result-${result}`}>{t(`result.${result}`)}</span>;
}
