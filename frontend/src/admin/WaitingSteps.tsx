import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { SayPicker } from "../rules/SayPicker";
import { MusicSelect } from "./MusicSelect";
import { RemoveButton } from "./RemoveButton";

const KINDS = ["place", "expected_wait", "say", "music"] as const;
const STEPS = ["waiting", "steps"];

/** The timeline of what callers hear while they wait. */
export function WaitingSteps() {
  const { t } = useTranslation();
  return (
    <Form.List name={STEPS}>
      {(fields, { add, remove }) => (
        <>
          <p className="tab-hint">{t("queues.steps_hint")}</p>
          {fields.map((field) => (
            <div key={field.key} style={{ marginBottom: 12 }} data-testid={`waiting-step-${field.name}`}>
              <div className="row">
                <Form.Item
                  name={[field.name, "at_s"]}
                  noStyle
                  rules={[{ required: true, message: t("common.needed") }]}
                >
                  <InputNumber
                    min={0}
                    max={86400}
                    prefix={t("queues.step_at")}
                    suffix={t("unit.s")}
                    style={{ width: 116 }}
                  />
                </Form.Item>
                <Form.Item name={[field.name, "what"]} noStyle>
                  <Select
                    style={{ flex: 1 }}
                    options={KINDS.map((kind) => ({ value: kind, label: t(`queues.step.${kind}`) }))}
                  />
                </Form.Item>
                <Form.Item name={[field.name, "every_s"]} noStyle>
                  <InputNumber
                    min={0}
                    max={3600}
                    prefix={t("queues.step_every")}
                    suffix={t("unit.s")}
                    style={{ width: 128 }}
                  />
                </Form.Item>
                <RemoveButton onClick={() => remove(field.name)} />
              </div>
              <StepContent step={field.name} />
            </div>
          ))}
          <Button type="dashed" block onClick={() => add({ at_s: 5, what: "place", every_s: 30 })}>
            {t("queues.add_step")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

/** What only some kinds of step have: words, or a music. */
function StepContent({ step }: { step: number }) {
  const { t } = useTranslation();
  const what = Form.useWatch([...STEPS, step, "what"]);
  if (what !== "music" && what !== "say") return null;
  return (
    <div style={{ marginTop: 6 }}>
      <Form.Item name={[step, what]} noStyle rules={[{ required: true, message: t("common.needed") }]}>
        {what === "music" ? <MusicSelect /> : <SayPicker none={t("say.choose")} />}
      </Form.Item>
    </div>
  );
}
