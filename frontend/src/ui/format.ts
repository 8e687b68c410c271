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
    // Swedish writes dates as ISO 8601 does, as do the date pickers, reports and exported files; no reader takes them wrong.
    const make = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hourCycle: "h23", ...options });
    const clockFormat = make({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const dayFormat = make({ year: "numeric", month: "2-digit", day: "2-digit" });
    const clock = (moment: string | number) => clockFormat.format(new Date(moment));
    const day = (moment: string | number) => dayFormat.format(new Date(moment));
    const short = (date: string) => (date.slice(0, 4) === day(Date.now()).slice(0, 4) ? date.slice(5) : date);
    return {
      clock,
      /** 2026-11-24 */
      day,
      /** 2026-11-24 10:30:00 */
      dayAndClock: (moment: string | number) => `${day(moment)} ${clock(moment)}`,
      /** The clock alone for today; with the day, and the year where it is not this one, otherwise. */
      moment: (moment: string | number) =>
        day(moment) === day(Date.now()) ? clock(moment) : `${short(day(moment))} ${clock(moment)}`,
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
