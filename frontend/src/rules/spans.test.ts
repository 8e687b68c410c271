import { describe, expect, it } from "vitest";
import { dayKind, monthDates, parseSpans, spansText, weekdayOf, withHolidays } from "./spans";

describe("hours as they are typed", () => {
  it.each([
    ["9-12, 13:30-18", "09:00-12:00, 13:30-18:00"],
    ["09:00 至 24:00", "09:00-24:00"],
    ["0-24", "00:00-24:00"],
    ["0830–1130；1300–1700", "08:30-11:30, 13:00-17:00"],
    ["9-12 13-18", "09:00-12:00, 13:00-18:00"],
    ["", ""],
  ])("%s", (typed, kept) => expect(spansText(parseSpans(typed)!)).toBe(kept));

  it.each(["18-9", "9-12, 11-13", "9-25", "nine to five", "9:75-12", "9"])("not: %s", (typed) =>
    expect(parseSpans(typed)).toBeNull(),
  );
});

describe("days of a calendar", () => {
  const spans = [{ start: "09:00", end: "18:00" }];
  const calendar = {
    hours: [{ weekday: 4, spans }],
    days: [{ date: "2026-10-01" }, { date: "2026-10-10", spans }],
  };

  it("are open by the week, or special", () => {
    expect(weekdayOf("2026-10-01")).toBe(4);
    expect(dayKind(calendar, "2026-10-01")).toBe("holiday");
    expect(dayKind(calendar, "2026-10-08")).toBe("open");
    expect(dayKind(calendar, "2026-10-09")).toBe("closed");
    expect(dayKind(calendar, "2026-10-10")).toBe("working");
    const as = (as_weekday: number) => ({ ...calendar, days: [{ date: "2026-10-10", as_weekday }] });
    expect(dayKind(as(4), "2026-10-10")).toBe("working");
    expect(dayKind(as(5), "2026-10-10")).toBe("holiday");
  });

  it("stand in their months under their weekdays", () => {
    const { blanks, dates } = monthDates(2026, 2);
    expect([blanks, dates.length, dates[0], dates.at(-1)]).toEqual([6, 28, "2026-02-01", "2026-02-28"]);
    expect(monthDates(2028, 2).dates).toHaveLength(29);
  });

  it("somebody edited stay when holidays are filled in", () => {
    const mine = { date: "2026-10-01", name: { "en-US": "Stocktaking" } };
    const filled = withHolidays([mine], [{ date: "2026-10-01" }, { date: "2026-01-01" }]);
    expect(filled.map((it) => it.date)).toEqual(["2026-01-01", "2026-10-01"]);
    expect(filled[1]).toBe(mine);
  });
});
