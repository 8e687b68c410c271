import { Form } from "antd";
import { useTranslation } from "react-i18next";
import type { CalendarRecord } from "../api/rules";
import { wholeTarget } from "../rules/targets";
import { useFormat } from "../ui/format";
import { SpecialDays } from "./calendar/SpecialDays";
import { isReadable, WeekGrid } from "./calendar/WeekGrid";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage, type Values } from "./ResourcePage";
import "./admin.css";

/** When the centre is open: the week, and the days that differ. */
export function CalendarsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  return (
    <ResourcePage<CalendarRecord>
      path="/api/calendars"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.calendars")}
      hint={t("calendars.hint")}
      newLabel={t("calendars.new")}
      drawerWidth={940}
      findingKind="calendar"
      blank={{ hours: WORKING_WEEK, days: [] }}
      fromValues={cleaned}
      columns={[
        {
          title: t("field.name"),
          render: (_, it) => (
            <>
              <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
            </>
          ),
        },
        { title: t("calendars.week"), render: (_, it) => <WeekLine calendar={it} /> },
        {
          title: t("calendars.special_days"),
          align: "right",
          render: (_, it) => <span className="num">{it.days.length}</span>,
        },
      ]}
      form={(isNew) => (
        <>
          <div className="row" style={{ alignItems: "flex-start" }}>
            <div style={{ width: 200 }}>
              <IdField isNew={isNew} />
            </div>
            <div className="grow calendar-names">
              <LocalizedField name="name" label={t("field.name")} />
            </div>
          </div>
          <Form.Item
            name="hours"
            label={t("calendars.week")}
            extra={t("calendars.week_hint")}
            rules={[
              {
                validator: (_, hours) =>
                  isReadable(hours) ? Promise.resolve() : Promise.reject(new Error(t("calendars.unreadable"))),
              },
            ]}
          >
            <WeekGrid />
          </Form.Item>
          <Form.Item name="days" label={t("calendars.special_days")}>
            <SpecialDays />
          </Form.Item>
        </>
      )}
    />
  );
}

const WORKING_WEEK = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, spans: [{ start: "09:00", end: "18:00" }] }));

function cleaned(values: Values): Values {
  const days = (values.days ?? []) as CalendarRecord["days"];
  return { ...values, days: days.map((it) => ({ ...it, closed: wholeTarget(it.closed) })) };
}

/** The week's hours in a row of seven small bars. */
function WeekLine({ calendar }: { calendar: CalendarRecord }) {
  const { t } = useTranslation();
  return (
    <span className="week-line">
      {[1, 2, 3, 4, 5, 6, 7].map((day) => {
        const open = calendar.hours.find((it) => it.weekday === day)?.spans.length;
        return (
          <span key={day} className={open ? "open" : ""}>
            {t(`weekday_short.${day}`)}
          </span>
        );
      })}
    </span>
  );
}
