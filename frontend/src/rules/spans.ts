import type { CalendarRecord, Span, SpecialDay } from "../api/rules";

/** Opening hours as people type them, and days as a calendar has them. */

const SPAN = /^(\d{1,2})(?:[:：.]?(\d{2}))?\s*[-–—~至到]\s*(\d{1,2})(?:[:：.]?(\d{2}))?$/;

/** "9-12, 13:30-18" → two spans; null where it cannot be read or runs backwards or overlaps. */
export function parseSpans(text: string): Span[] | null {
  const spans: Span[] = [];
  let last = 0;
  for (const part of text.split(/[,，;；]|\s{1,}(?=\d{1,2}(?:[:：.]?\d{2})?\s*[-–—~至到])/)) {
    if (!part.trim()) continue;
    const found = SPAN.exec(part.trim());
    if (!found) return null;
    const start = Number(found[1]) * 60 + Number(found[2] ?? 0);
    const end = Number(found[3]) * 60 + Number(found[4] ?? 0);
    if (Number(found[2] ?? 0) > 59 || Number(found[4] ?? 0) > 59) return null;
    if (start >= end || end > 1440 || start < last) return null;
    last = end;
    spans.push({ start: clock(start), end: clock(end) });
  }
  return spans;
}

export const spansText = (spans: Span[] | undefined): string =>
  (spans ?? []).map((it) => `${it.start}-${it.end}`).join(", ");

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** "09:30" as a share of the day. */
export function shareOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) / 1440;
}

export type DayKind = "open" | "closed" | "holiday" | "working";

/** What a date is: as the week says, or, by its special day, a holiday or a day with hours of its own. */
export function dayKind(calendar: Pick<CalendarRecord, "hours" | "days">, date: string): DayKind {
  const special = calendar.days.find((it) => it.date === date);
  const isOpenOn = (weekday: number) => calendar.hours.some((it) => it.weekday === weekday && it.spans.length > 0);
  if (!special) return isOpenOn(weekdayOf(date)) ? "open" : "closed";
  return (special.as_weekday ? isOpenOn(special.as_weekday) : special.spans?.length) ? "working" : "holiday";
}

/** 1 (Monday) … 7. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The dates of a month, with so many blanks before as the week has days before the first. */
export function monthDates(year: number, month: number): { blanks: number; dates: string[] } {
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dates = Array.from({ length: count }, (_, day) =>
    [year, String(month).padStart(2, "0"), String(day + 1).padStart(2, "0")].join("-"),
  );
  return { blanks: weekdayOf(dates[0]!) - 1, dates };
}

/** Days filled in beside those there are: who edited a day keeps it. */
export function withHolidays(days: SpecialDay[], filled: SpecialDay[]): SpecialDay[] {
  const kept = new Set(days.map((it) => it.date));
  return [...days, ...filled.filter((it) => !kept.has(it.date))].sort((a, b) => a.date.localeCompare(b.date));
}
