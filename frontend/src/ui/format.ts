import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session";
import type { Localized } from "../api/types";

/** Numbers, times and names as this person reads them: their language, their centre's time zone. */
export function useFormat() {
  const { i18n } = useTranslation();
  const zone = useSession()?.tenant?.timezone;
  const language = i18n.language;
  return useMemo(() => {
    const make = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: "h23", ...options });
    const clock = make({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const day = make({ year: "numeric", month: "2-digit", day: "2-digit" });
    const both = make({
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    const dayOf = (moment: string | number) => day.format(new Date(moment));
    return {
      clock: (moment: string | number) => clock.format(new Date(moment)),
      day: dayOf,
      /** The clock alone for today, with the day before it otherwise. */
      moment: (moment: string | number) =>
        (dayOf(moment) === dayOf(Date.now()) ? clock : both).format(new Date(moment)),
      percent: (share: number | null | undefined) =>
        share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`,
      name: (text: Localized | string | null | undefined, otherwise = "") => {
        if (!text) return otherwise;
        if (typeof text === "string") return text;
        return text[language] || Object.values(text).find(Boolean) || otherwise;
      },
    };
  }, [language, zone]);
}

/** 13800138001 → 138 0013 8001; others in fours from the right end are left as they are. */
export function formatNumber(number: string): string {
  const mobile = /^(?:\+?86)?(1\d{2})(\d{4})(\d{4})$/.exec(number);
  if (mobile) return `${mobile[1]} ${mobile[2]} ${mobile[3]}`;
  const service = /^(400|800)(\d{3})(\d{4})$/.exec(number);
  return service ? `${service[1]} ${service[2]} ${service[3]}` : number;
}
