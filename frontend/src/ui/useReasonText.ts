import { useTranslation } from "react-i18next";
import { useFormat } from "./format";
import { useReasons } from "./useChoices";

/** A reason as people read it: configured ones by their names, the platform's own by our words. */
export function useReasonText(): (reason: string | null) => string {
  const { t, i18n } = useTranslation();
  const { name } = useFormat();
  const reasons = useReasons();
  return (reason) => {
    if (!reason) return "";
    const known = reasons.find((it) => it.id === reason);
    if (known) return name(known.name, reason);
    return i18n.exists(`reason.${reason}`) ? t(`reason.${reason}`) : reason;
  };
}
