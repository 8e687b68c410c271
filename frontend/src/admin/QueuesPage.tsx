import { Button, Form, InputNumber, Select, Switch, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import type { QueueRecord } from "../api/types";
import { useAgents } from "../link/store";
import { useFormat } from "../ui/format";
import { IdField, LocalizedField, NumberField, SelectField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { useList } from "./useList";
import { WaitingSteps } from "./WaitingSteps";
import { withoutBlanks } from "./waiting";

const BLANK_WAITING: QueueRecord["waiting"] = { music: "default", steps: [{ at_s: 5, what: "place", every_s: 30 }] };

const BLANK: Partial<QueueRecord> = {
  algorithm: "longest_idle",
  priority: 0,
  offer_timeout_s: 20,
  wrap_up_s: 30,
  service_level_s: 20,
  record: true,
  waiting: BLANK_WAITING,
  members: [],
  when_deleted: null,
};

export function QueuesPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queues = useList<QueueRecord>("/api/queues");
  const seconds = (value: number) => <span className="num">{value} s</span>;
  return (
    <ResourcePage<QueueRecord>
      path="/api/queues"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.queues")}
      hint={t("queues.hint")}
      newLabel={t("queues.new")}
      deleteText={t("queues.delete_question")}
      drawerWidth={600}
      blank={BLANK}
      fromValues={(values) => ({
        ...BLANK,
        ...values,
        waiting: withoutBlanks(values.waiting ?? BLANK_WAITING),
        when_deleted: values.when_deleted ?? null,
      })}
      columns={[
        {
          title: t("field.name"),
          render: (_, it) => (
            <>
              <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
            </>
          ),
        },
        {
          title: t("queues.members"),
          align: "right",
          render: (_, it) => <span className="num">{it.members.length}</span>,
        },
        { title: t("queues.service_level"), align: "right", render: (_, it) => seconds(it.service_level_s) },
        { title: t("queues.offer_timeout"), align: "right", render: (_, it) => seconds(it.offer_timeout_s) },
        { title: t("queues.wrap_up"), align: "right", render: (_, it) => seconds(it.wrap_up_s) },
        { title: t("field.priority"), align: "right", render: (_, it) => <span className="num">{it.priority}</span> },
        { title: t("queues.record"), render: (_, it) => (it.record ? t("common.yes") : t("common.no")) },
      ]}
      form={(isNew) => (
        <Tabs
          items={[
            {
              key: "general",
              label: t("queues.general"),
              forceRender: true,
              children: (
                <>
                  <IdField isNew={isNew} />
                  <LocalizedField name="name" label={t("field.name")} />
                  <NumberField
                    name="service_level_s"
                    label={t("queues.service_level")}
                    unit="s"
                    hint={t("queues.service_level_hint")}
                  />
                  <NumberField
                    name="offer_timeout_s"
                    label={t("queues.offer_timeout")}
                    min={3}
                    unit="s"
                    hint={t("queues.offer_timeout_hint")}
                  />
                  <NumberField name="wrap_up_s" label={t("queues.wrap_up")} unit="s" hint={t("queues.wrap_up_hint")} />
                  <NumberField
                    name="priority"
                    label={t("field.priority")}
                    min={-100}
                    max={100}
                    hint={t("queues.priority_hint")}
                  />
                  <Form.Item name="record" label={t("queues.record")} valuePropName="checked">
                    <Switch />
                  </Form.Item>
                  <SelectField
                    name="when_deleted"
                    label={t("queues.when_deleted")}
                    hint={t("queues.when_deleted_hint")}
                    options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
                  />
                </>
              ),
            },
            { key: "members", label: t("queues.members"), forceRender: true, children: <Members /> },
            {
              key: "waiting",
              label: t("queues.waiting"),
              forceRender: true,
              children: (
                <>
                  <WaitingSteps />
                  <Form.Item name={["waiting", "music"]} hidden>
                    <input type="hidden" />
                  </Form.Item>
                </>
              ),
            },
          ]}
        />
      )}
    />
  );
}

function Members() {
  const { t } = useTranslation();
  const agents = useAgents();
  const options = agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }));
  return (
    <Form.List name="members">
      {(fields, { add, remove }) => (
        <>
          <p className="small muted" style={{ marginBottom: 12 }}>
            {t("queues.members_hint")}
          </p>
          {fields.map((field) => (
            <div key={field.key} className="row" style={{ marginBottom: 8 }}>
              <Form.Item name={[field.name, "agent"]} noStyle rules={[{ required: true, message: t("common.needed") }]}>
                <Select style={{ flex: 1 }} showSearch={{ optionFilterProp: "label" }} options={options} />
              </Form.Item>
              <Form.Item name={[field.name, "priority"]} noStyle>
                <InputNumber min={1} max={99} prefix={t("queues.priority_short")} style={{ width: 116 }} />
              </Form.Item>
              <Form.Item name={[field.name, "level"]} noStyle>
                <InputNumber min={0} max={100} prefix={t("queues.level_short")} style={{ width: 116 }} />
              </Form.Item>
              <Button type="text" danger onClick={() => remove(field.name)} aria-label={t("common.delete")}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" block onClick={() => add({ priority: 1, level: 50 })}>
            {t("queues.add_member")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
