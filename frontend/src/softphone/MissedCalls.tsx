import { Alert } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLink, useMyAgent } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { dismissMissed, type Missed, useMissed, watchMissed } from "./missed";

/** Who called and was not answered, in one bar until it is dismissed; not over a call. */
export function MissedCalls() {
  const { t } = useTranslation();
  const { clock } = useFormat();
  const you = useLink((state) => state.you);
  const calls = useMissed((state) => state.calls).filter((it) => it.agent === you);
  useEffect(watchMissed, []);
  const atCall = useMyAgent()?.state === "busy";
  if (calls.length === 0 || atCall) return null;
  const one = (it: Missed) =>
    t("phone.missed_one", {
      who: [it.name, formatNumber(it.number)].filter(Boolean).join(" ") || t("call.anonymous"),
      time: clock(it.at_ms),
      times: it.times > 1 ? ` (${it.times}×)` : "",
      interpolation: { escapeValue: false },
    });
  return (
    <Alert
      banner
      type="warning"
      title={t("phone.missed", { calls: calls.map(one).join(" · "), interpolation: { escapeValue: false } })}
      closable={{ onClose: dismissMissed, "aria-label": t("phone.missed_dismiss") }}
      data-testid="notice-missed"
    />
  );
}
