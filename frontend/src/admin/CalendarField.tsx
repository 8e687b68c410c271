import { useTranslation } from "react-i18next";
import type { CalendarRecord } from "../api/rules";
import { useFormat } from "../ui/format";
import { SelectField } from "./fields";
import { useList } from "./useList";

/** Which calendar's hours hold; none: always open. */
export function CalendarField() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const calendars = useList<CalendarRecord>("/api/calendars");
  return (
    <SelectField
      name="calendar"
      label={t("calendars.calendar")}
      hint={t("calendars.always_open")}
      options={calendars.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
    />
  );
}
