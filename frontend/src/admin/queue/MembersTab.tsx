import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useAgents } from "../../link/store";
import { RemoveButton } from "../RemoveButton";

/** Who serves the queue: each agent's priority, level and weight. */
export function MembersTab() {
  const { t } = useTranslation();
  const agents = useAgents();
  const form = Form.useFormInstance();
  const taken: string[] = (Form.useWatch("members", form) ?? []).map((it: { agent?: string }) => it?.agent);
  const weighted = Form.useWatch("algorithm", form) === "weighted_random";
  const options = agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }));
  return (
    <Form.List name="members">
      {(fields, { add, remove }, { errors }) => (
        <>
          <p className="tab-hint">{t("queues.members_hint")}</p>
          <table className="member-table">
            {fields.length > 0 && (
              <thead>
                <tr>
                  <th>{t("field.agent")}</th>
                  <th>{t("queues.priority_short")}</th>
                  <th>{t("queues.level_short")}</th>
                  {weighted && <th>{t("queues.weight")}</th>}
                  <th aria-label={t("common.delete")} />
                </tr>
              </thead>
            )}
            <tbody>
              {fields.map((field) => (
                <tr key={field.key}>
                  <td>
                    <Form.Item name={[field.name, "agent"]} rules={[{ required: true, message: t("common.needed") }]}>
                      <Select
                        showSearch={{ optionFilterProp: "label" }}
                        options={options.filter((it) => !taken.includes(it.value) || taken[field.name] === it.value)}
                        data-testid={`member-${field.name}`}
                      />
                    </Form.Item>
                  </td>
                  <td style={{ width: 92 }}>
                    <Form.Item name={[field.name, "priority"]}>
                      <InputNumber min={1} max={100} style={{ width: "100%" }} />
                    </Form.Item>
                  </td>
                  <td style={{ width: 92 }}>
                    <Form.Item name={[field.name, "level"]}>
                      <InputNumber min={0} max={100} style={{ width: "100%" }} />
                    </Form.Item>
                  </td>
                  <td style={weighted ? { width: 92 } : { display: "none" }}>
                    <Form.Item name={[field.name, "weight"]}>
                      <InputNumber min={1} max={1000} style={{ width: "100%" }} />
                    </Form.Item>
                  </td>
                  <td style={{ width: 40 }}>
                    <RemoveButton onClick={() => remove(field.name)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Form.ErrorList errors={errors} />
          <Button
            type="dashed"
            block
            onClick={() => add({ priority: 1, level: 50, weight: 1 })}
            data-testid="member-add"
          >
            {t("queues.add_member")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
