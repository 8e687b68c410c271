import { Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { PromptRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { RemoveButton } from "./RemoveButton";
import { useList } from "./useList";

const KINDS = ["place", "expected_wait", "say", "music"] as const;
const STEPS = ["waiting", "steps"];

/** The timeline of what callers hear while they wait. */
export function WaitingSteps() {
  const { t } = useTranslation();
  return (
    <Form.List name={STEPS}>
      {(fields, { add, remove }) => (
        <>
          <p className="small muted" style={{ marginBottom: 12 }}>
            {t("queues.steps_hint")}
          </p>
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
  const prompts = useList<PromptRecord>("/api/prompts");
  if (what === "music")
    return (
      <Form.Item name={[step, "music"]} noStyle rules={[{ required: true, message: t("common.needed") }]}>
        <Input style={{ marginTop: 4 }} />
      </Form.Item>
    );
  if (what !== "say") return null;
  return (
    <div style={{ marginTop: 4 }}>
      <Form.Item name={[step, "say", "prompt"]} noStyle>
        <Select
          allowClear
          style={{ width: "100%" }}
          placeholder={t("queues.step_prompt")}
          options={prompts.map((it) => ({ value: it.id, label: it.id }))}
        />
      </Form.Item>
      {LANGUAGES.map((language) => (
        <Form.Item key={language.id} name={[step, "say", "text", language.id]} noStyle>
          <Input style={{ marginTop: 4 }} placeholder={`${t("queues.step_text")} · ${language.name}`} />
        </Form.Item>
      ))}
    </div>
  );
}
