import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { TargetPicker } from "../../rules/TargetPicker";
import { CalendarField } from "../CalendarField";

/** When the queue is open, and where callers go when it is not. */
export function HoursTab({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="tab-hint">
        {t("queues.hours_hint")} <Link to="/admin/calendars">{t("menu.calendars")}</Link>
      </p>
      <CalendarField />
      <Form.Item name="closed" label={t("queues.closed")} extra={t("queues.closed_hint")}>
        <TargetPicker none={t("queues.closed_none")} except={id} />
      </Form.Item>
    </>
  );
}
