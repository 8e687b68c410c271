import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FlowRecord } from "../../api/types";
import { ConditionBuilder } from "../../rules/ConditionBuilder";
import { SayPicker } from "../../rules/SayPicker";
import { TargetPicker } from "../../rules/TargetPicker";
import { useFormat } from "../../ui/format";
import { RemoveButton } from "../RemoveButton";
import { useList } from "../useList";

/** Special treatment of those who enter: something said, a flow, a priority, or another place to go. */
export function EntryTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const flows = useList<FlowRecord>("/api/flows");
  return (
    <Form.List name="entry">
      {(fields, { add, remove, move }) => (
        <>
          <p className="tab-hint">{t("queues.entry_hint")}</p>
          {fields.map((field, place) => (
            <article key={field.key} className="rule-card" data-testid={`entry-${place}`}>
              <header>
                <span className="rule-number">{place + 1}</span>
                <span className="grow rule-label">{t("queues.entry_when")}</span>
                <Button
                  size="small"
                  type="text"
                  disabled={place === 0}
                  onClick={() => move(place, place - 1)}
                  aria-label={t("queues.earlier")}
                >
                  ↑
                </Button>
                <RemoveButton onClick={() => remove(field.name)} />
              </header>
              <Form.Item name={[field.name, "when"]}>
                <ConditionBuilder always={t("condition.everybody")} />
              </Form.Item>
              <div className="row">
                <span className="rule-label">{t("queues.entry_priority")}</span>
                <Form.Item name={[field.name, "priority"]}>
                  <InputNumber min={-1000} max={1000} style={{ width: 110 }} />
                </Form.Item>
                <span className="rule-label">{t("queues.entry_flow")}</span>
                <Form.Item name={[field.name, "flow"]} style={{ flex: 1 }}>
                  <Select
                    allowClear
                    placeholder={t("queues.entry_no_flow")}
                    options={flows.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
                  />
                </Form.Item>
              </div>
              <Form.Item name={[field.name, "say"]} label={t("queues.entry_say")}>
                <SayPicker none={t("say.nothing")} />
              </Form.Item>
              <Form.Item name={[field.name, "target"]} label={t("queues.entry_target")}>
                <TargetPicker none={t("queues.entry_stays")} except={id} />
              </Form.Item>
            </article>
          ))}
          <Button type="dashed" block onClick={() => add({ when: null, priority: 0 })} data-testid="entry-add">
            {t("queues.add_entry")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
