import { Button, Input, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarRecord, Span } from "../../api/rules";
import { parseSpans, shareOfDay, spansText } from "../../rules/spans";
import "./calendar.css";

type Hours = CalendarRecord["hours"];

/** The week's hours: typed as one line a day, seen as bars over 24 hours. A field of a form by `value` and `onChange`. */
export function WeekGrid({ value = [], onChange }: { value?: Hours; onChange?: (hours: Hours) => void }) {
  const { t } = useTranslation();
  const spansOf = (weekday: number) => value.find((it) => it.weekday === weekday)?.spans ?? [];
  const put = (weekdays: number[], spans: Span[]) =>
    onChange?.(
      [...value.filter((it) => !weekdays.includes(it.weekday)), ...weekdays.map((weekday) => ({ weekday, spans }))]
        .filter((it) => it.spans.length > 0)
        .sort((a, b) => a.weekday - b.weekday),
    );
  return (
    <div className="week-grid" data-testid="week-grid">
      {[1, 2, 3, 4, 5, 6, 7].map((weekday) => (
        <div key={weekday} className="week-day">
          <span className="week-name">{t(`weekday.${weekday}`)}</span>
          <SpansInput
            key={spansText(spansOf(weekday))}
            value={spansOf(weekday)}
            label={t(`weekday.${weekday}`)}
            onChange={(spans) => put([weekday], spans)}
          />
          <DayBar spans={spansOf(weekday)} />
          <span className="week-copy">
            {weekday === 1 && (
              <Tooltip title={t("calendars.copy_hint")}>
                <Button size="small" type="link" onClick={() => put([1, 2, 3, 4, 5], spansOf(1))}>
                  {t("calendars.copy")}
                </Button>
              </Tooltip>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Hours of a day as text; what cannot be read stays, marked, and changes nothing. */
export function SpansInput({
  value,
  label,
  onChange,
}: {
  value: Span[];
  label: string;
  onChange: (spans: Span[]) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(spansText(value));
  const parsed = parseSpans(text);
  return (
    <Tooltip title={parsed === null ? t("calendars.unreadable") : undefined} open={parsed === null}>
      <Input
        style={{ width: 220 }}
        value={text}
        status={parsed === null ? "error" : undefined}
        placeholder={t("calendars.closed_all_day")}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => parsed !== null && onChange(parsed)}
        onPressEnter={(event) => {
          event.preventDefault();
          if (parsed !== null) onChange(parsed);
        }}
      />
    </Tooltip>
  );
}

function DayBar({ spans }: { spans: Span[] }) {
  return (
    <div className="day-bar" aria-hidden="true">
      {spans.map((it) => (
        <i
          key={it.start}
          style={{
            left: `${shareOfDay(it.start) * 100}%`,
            width: `${(shareOfDay(it.end) - shareOfDay(it.start)) * 100}%`,
          }}
        />
      ))}
      {[6, 12, 18].map((hour) => (
        <b key={hour} style={{ left: `${(hour / 24) * 100}%` }} />
      ))}
    </div>
  );
}
