import { Form, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { TrunkRecord } from "../../api/types";
import { NumberField, SelectField } from "../fields";
import { useList } from "../useList";

/** How those are called back who asked for it. */
export function CallbackTab() {
  const { t } = useTranslation();
  const trunks = useList<TrunkRecord>("/api/trunks");
  const form = Form.useFormInstance();
  const first = Form.useWatch(["callback", "first"], form) ?? "agent";
  return (
    <>
      <p className="tab-hint">{t("queues.callback_hint")}</p>
      <Form.Item
        name={["callback", "first"]}
        label={t("queues.callback_first")}
        extra={t(`queues.callback_first_hint.${first}`)}
      >
        <Segmented
          options={["agent", "customer"].map((it) => ({ value: it, label: t(`queues.callback_who.${it}`) }))}
        />
      </Form.Item>
      <NumberField name={["callback", "attempts"]} label={t("queues.callback_attempts")} min={1} max={20} />
      <NumberField
        name={["callback", "retry_after_s"]}
        label={t("queues.callback_retry")}
        min={10}
        max={86_400}
        unit="s"
      />
      <NumberField name={["callback", "ring_s"]} label={t("queues.callback_ring")} min={5} max={300} unit="s" />
      <SelectField
        name={["callback", "trunk"]}
        label={t("field.trunk")}
        hint={t("queues.callback_trunk_hint")}
        options={trunks.map((it) => ({ value: it.id, label: it.id }))}
      />
    </>
  );
}
