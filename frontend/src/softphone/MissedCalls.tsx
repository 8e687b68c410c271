import { Alert } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLink } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { dismissMissed, useMissed, watchMissed } from "./missed";

/** Who called and was not answered, until it is dismissed. */
export function MissedCalls() {
  const { t } = useTranslation();
  const { clock } = useFormat();
  const you = useLink((state) => state.you);
  const calls = useMissed((state) => state.calls).filter((it) => it.agent === you);
  useEffect(watchMissed, []);
  return calls.map((it) => (
    <Alert
      key={`${it.interaction} ${it.at_ms}`}
      banner
      type="warning"
      title={t("phone.missed", {
        who: [it.name, formatNumber(it.number)].filter(Boolean).join(" ") || t("call.anonymous"),
        time: clock(it.at_ms),
        interpolation: { escapeValue: false },
      })}
      closable={{ onClose: () => dismissMissed(it), "aria-label": t("phone.missed_dismiss") }}
      data-testid="notice-missed"
    />
  ));
}
