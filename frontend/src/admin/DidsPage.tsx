import { Form } from "antd";
import { useTranslation } from "react-i18next";
import type { DidRecord, FlowRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { TargetPicker } from "../rules/TargetPicker";
import { wholeTarget } from "../rules/targets";
import { formatNumber, useFormat } from "../ui/format";
import { CalendarField } from "./CalendarField";
import { IdField, NumberField, SelectField, TextField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { useList } from "./useList";

export function DidsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const flows = useList<FlowRecord>("/api/flows");
  const flowName = (id: string) => name(flows.find((it) => it.id === id)?.name, id);
  return (
    <ResourcePage<DidRecord>
      path="/api/dids"
      idOf={(it) => it.number}
      nameOf={(it) => it.number}
      title={t("menu.dids")}
      hint={t("dids.hint")}
      newLabel={t("dids.new")}
      searchHint={t("dids.search")}
      blank={{ language: null, priority: 0, description: "" }}
      findingKind="did"
      drawerWidth={620}
      fromValues={(values) => ({
        ...values,
        language: values.language ?? null,
        calendar: values.calendar ?? null,
        closed: wholeTarget(values.closed),
      })}
      columns={[
        {
          title: t("field.number"),
          key: "number",
          sorter: true,
          render: (_, it) => <strong className="num">{formatNumber(it.number)}</strong>,
        },
        { title: t("field.flow"), key: "flow", sorter: true, render: (_, it) => flowName(it.flow) },
        {
          title: t("field.language"),
          render: (_, it) => (it.language ? t(`language.${it.language}`) : t("dids.language_default")),
        },
        { title: t("calendars.calendar"), render: (_, it) => it.calendar ?? "–" },
        { title: t("field.priority"), align: "right", render: (_, it) => <span className="num">{it.priority}</span> },
        { title: t("field.description"), dataIndex: "description" },
      ]}
      form={(isNew) => (
        <>
          <IdField isNew={isNew} name="number" label={t("field.number")} form="did" />
          <SelectField
            name="flow"
            label={t("field.flow")}
            needed
            options={flows.map((it) => ({ value: it.id, label: flowName(it.id) }))}
          />
          <SelectField
            name="language"
            label={t("field.language")}
            hint={t("dids.language_hint")}
            options={LANGUAGES.map((it) => ({ value: it.id, label: it.name }))}
          />
          <NumberField name="priority" label={t("field.priority")} min={-100} max={100} />
          <CalendarField />
          <Form.Item name="closed" label={t("queues.closed")} extra={t("dids.closed_hint")}>
            <TargetPicker none={t("queues.closed_none")} queued={false} />
          </Form.Item>
          <TextField name="description" label={t("field.description")} />
        </>
      )}
    />
  );
}
