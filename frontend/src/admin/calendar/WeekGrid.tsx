import { Button, Input, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarRecord, Span } from "../../api/rules";
import { parseSpans, shareOfDay, spansText } from "../../rules/spans";
import "./calendar.css";

/** `unreadable`: what was typed last could not be read; the hours are those of before. */
type Hours = (CalendarRecord["hours"][number] & { unreadable?: boolean })[];

/** Whether all that was typed into the week could be read. */
export const isReadable = (hours: Hours | undefined): boolean => !hours?.some((it) => it.unreadable);

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
  const mark = (weekday: number) =>
    onChange?.([
      ...value.filter((it) => it.weekday !== weekday),
      { weekday, spans: spansOf(weekday), unreadable: true },
    ]);
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
            onUnreadable={() => mark(weekday)}
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

/** Hours of a day as text; what cannot be read stays, marked, and is told of. */
export function SpansInput({
  value,
  label,
  onChange,
  onUnreadable,
}: {
  value: Span[];
  label: string;
  onChange: (spans: Span[]) => void;
  onUnreadable: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(spansText(value));
  const parsed = parseSpans(text);
  const typed = () => (parsed === null ? onUnreadable() : onChange(parsed));
  return (
    <Tooltip title={parsed === null ? t("calendars.unreadable") : undefined} open={parsed === null}>
      <Input
        style={{ width: 220 }}
        value={text}
        status={parsed === null ? "error" : undefined}
        placeholder={t("calendars.closed_all_day")}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onBlur={typed}
        onPressEnter={(event) => {
          event.preventDefault();
          typed();
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
