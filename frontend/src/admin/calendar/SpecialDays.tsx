import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { App, Button, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../../api/client";
import { useErrorText } from "../../api/errors";
import type { CalendarRecord, SpecialDay } from "../../api/rules";
import { dayKind, monthDates, withHolidays } from "../../rules/spans";
import { useFormat } from "../../ui/format";
import { DayEditor } from "./DayEditor";
import "./calendar.css";

interface Filled {
  year: number;
  announced: boolean;
  last_year: number;
  days: SpecialDay[];
}

interface Props {
  value?: SpecialDay[];
  onChange?: (days: SpecialDay[]) => void;
}

/** A year at a glance; a day pressed can be made special, and the year's holidays filled in. */
export function SpecialDays({ value = [], onChange }: Props) {
  const { t, i18n } = useTranslation();
  const { name } = useFormat();
  const { message } = App.useApp();
  const text = useErrorText();
  const form = Form.useFormInstance();
  const hours: CalendarRecord["hours"] = Form.useWatch("hours", form) ?? [];
  const [year, setYear] = useState(new Date().getFullYear());
  const [edited, setEdited] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const calendar = { hours, days: value };

  const fill = async () => {
    setBusy(true);
    try {
      const week: CalendarRecord["hours"] = form.getFieldValue("hours") ?? []; // in order
      const as_weekday = week.find((it) => it.spans.length > 0)?.weekday;
      const filled = await api<Filled>(withQuery("/api/holidays", { year, as_weekday }));
      if (!filled.announced) void message.warning(t("calendars.not_announced", { year, last: filled.last_year }));
      else {
        onChange?.(withHolidays(value, filled.days));
        void message.success(t("calendars.filled", { count: filled.days.length }));
      }
    } catch (error) {
      void message.error(text(error));
    } finally {
      setBusy(false);
    }
  };
  const month = (at: number) =>
    new Intl.DateTimeFormat(i18n.language, { month: "long", timeZone: "UTC" }).format(Date.UTC(year, at - 1, 1));
  return (
    <div data-testid="special-days">
      <div className="row" style={{ marginBottom: 12, flexWrap: "wrap" }}>
        <Button icon={<LeftOutlined />} onClick={() => setYear(year - 1)} aria-label={t("calendars.year_before")} />
        <strong className="num" data-testid="calendar-year">
          {year}
        </strong>
        <Button icon={<RightOutlined />} onClick={() => setYear(year + 1)} aria-label={t("calendars.year_after")} />
        <span className="grow day-legend">
          {(["open", "closed", "holiday", "working"] as const).map((kind) => (
            <span key={kind}>
              <i className={`day-${kind}`} /> {t(`calendars.kind.${kind}`)}
            </span>
          ))}
        </span>
        <Button loading={busy} onClick={() => void fill()} data-testid="fill-holidays">
          {t("calendars.fill", { year })}
        </Button>
      </div>
      <div className="year">
        {Array.from({ length: 12 }, (_, at) => at + 1).map((at) => {
          const { blanks, dates } = monthDates(year, at);
          return (
            <section key={at} className="month">
              <h4>{month(at)}</h4>
              <div className="month-days">
                {[1, 2, 3, 4, 5, 6, 7].map((day) => (
                  <span key={day} className="month-head">
                    {t(`weekday_short.${day}`)}
                  </span>
                ))}
                {Array.from({ length: blanks }, (_, blank) => (
                  <span key={`blank-${blank}`} />
                ))}
                {dates.map((date) => {
                  const special = value.find((it) => it.date === date);
                  const label = special ? name(special.name) || t(`calendars.kind.${dayKind(calendar, date)}`) : "";
                  return (
                    <button
                      key={date}
                      type="button"
                      className={`day-${dayKind(calendar, date)}`}
                      title={label ? `${date} ${label}` : date}
                      aria-label={label ? `${date} ${label}` : date}
                      onClick={() => setEdited(date)}
                      data-testid={`day-${date}`}
                    >
                      {Number(date.slice(8))}
                    </button>
                  );
                })}
              </div>
            </section>
          );
        })}
      </div>
      {edited !== null && (
        <DayEditor
          key={edited}
          date={edited}
          day={value.find((it) => it.date === edited) ?? null}
          close={() => setEdited(null)}
          save={(day) => {
            const others = value.filter((it) => it.date !== edited);
            onChange?.(day ? withHolidays(others, [day]) : others);
            setEdited(null);
          }}
        />
      )}
    </div>
  );
}
