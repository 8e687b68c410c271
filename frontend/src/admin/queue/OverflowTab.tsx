import { Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { OverflowRule } from "../../api/rules";
import { ConditionBuilder } from "../../rules/ConditionBuilder";
import { blankComparison, QUEUE_FIELD_GROUPS } from "../../rules/conditions";
import { TargetPicker } from "../../rules/TargetPicker";
import { isWhole } from "../../rules/targets";
import { RemoveButton } from "../RemoveButton";

/** When it takes too long: where those go whom it concerns. */
export function OverflowTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const needed = { required: true, message: t("common.needed") };
  const blank = (): OverflowRule => ({
    id: freshId(form.getFieldValue("overflow") ?? []),
    when: blankComparison("queue.longest_wait_s"),
    target: { type: "queues", queues: [], also: true },
    until: null,
    hold_s: 60,
    concerns: "all",
  });
  return (
    <Form.List name="overflow">
      {(fields, { add, remove, move }) => (
        <>
          <p className="tab-hint">{t("queues.overflow_hint")}</p>
          {fields.map((field, place) => (
            <article key={field.key} className="rule-card" data-testid={`overflow-${place}`}>
              <header>
                <span className="rule-number">{place + 1}</span>
                <Form.Item name={[field.name, "id"]} rules={[needed]}>
                  <Input size="small" style={{ width: 180 }} aria-label={t("field.id")} />
                </Form.Item>
                <span className="grow" />
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
              <Form.Item name={[field.name, "when"]} label={t("queues.overflow_when")} rules={[needed]}>
                <ConditionBuilder always={t("condition.none_yet")} />
              </Form.Item>
              <Form.Item
                name={[field.name, "target"]}
                label={t("queues.overflow_target")}
                rules={[
                  needed,
                  {
                    validator: (_, target) =>
                      !target || isWhole(target) ? Promise.resolve() : Promise.reject(new Error(t("target.not_whole"))),
                  },
                ]}
              >
                <TargetPicker except={id} />
              </Form.Item>
              <div className="row">
                <span className="rule-label">{t("queues.overflow_concerns")}</span>
                <Form.Item name={[field.name, "concerns"]}>
                  <Select
                    style={{ width: 220 }}
                    options={["all", "entering", "waiting"].map((it) => ({
                      value: it,
                      label: t(`queues.concerns.${it}`),
                    }))}
                  />
                </Form.Item>
                <span className="rule-label">{t("queues.overflow_hold")}</span>
                <Form.Item name={[field.name, "hold_s"]}>
                  <InputNumber min={0} max={86_400} suffix={t("unit.s")} style={{ width: 110 }} />
                </Form.Item>
              </div>
              <Form.Item name={[field.name, "until"]} label={t("queues.overflow_until")}>
                <ConditionBuilder always={t("queues.overflow_until_none")} fields={QUEUE_FIELD_GROUPS} />
              </Form.Item>
            </article>
          ))}
          <Button type="dashed" block onClick={() => add(blank())} data-testid="overflow-add">
            {t("queues.add_overflow")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function freshId(rules: Partial<OverflowRule>[]): string {
  for (let number = rules.length + 1; ; number++) {
    if (!rules.some((it) => it?.id === `rule-${number}`)) return `rule-${number}`;
  }
}
