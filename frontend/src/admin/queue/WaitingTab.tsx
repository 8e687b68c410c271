import { Button, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { TargetPicker } from "../../rules/TargetPicker";
import { isWhole } from "../../rules/targets";
import { MusicSelect } from "../MusicSelect";
import { RemoveButton } from "../RemoveButton";
import { WaitingSteps } from "../WaitingSteps";
import { KEYS } from "../waiting";

/** What those who wait hear, and what their keys do. */
export function WaitingTab({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name={["waiting", "music"]} label={t("queues.music")} extra={t("queues.music_hint")}>
        <MusicSelect />
      </Form.Item>
      <h3 className="tab-part">{t("queues.steps")}</h3>
      <WaitingSteps />
      <h3 className="tab-part">{t("queues.keys")}</h3>
      <Keys id={id} />
    </>
  );
}

function Keys({ id }: { id: string }) {
  const { t } = useTranslation();
  const rows: { key?: string }[] = Form.useWatch(["waiting", "keys"], Form.useFormInstance()) ?? [];
  const taken = new Set(rows.map((it) => it?.key));
  const needed = { required: true, message: t("common.needed") };
  return (
    <Form.List name={["waiting", "keys"]}>
      {(fields, { add, remove }) => (
        <>
          <p className="tab-hint">{t("queues.keys_hint")}</p>
          {fields.map((field) => (
            <article key={field.key} className="rule-card" data-testid={`waiting-key-${field.name}`}>
              <header>
                <span className="rule-label">{t("queues.key")}</span>
                <Form.Item name={[field.name, "key"]} rules={[needed]}>
                  <Select
                    style={{ width: 72 }}
                    aria-label={t("queues.key")}
                    options={KEYS.filter((it) => !taken.has(it) || rows[field.name]?.key === it).map((it) => ({
                      value: it,
                      label: it,
                    }))}
                  />
                </Form.Item>
                <span className="grow" />
                <RemoveButton onClick={() => remove(field.name)} />
              </header>
              <Form.Item
                name={[field.name, "target"]}
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
            </article>
          ))}
          <Button
            type="dashed"
            block
            disabled={fields.length >= KEYS.length}
            onClick={() => add({ key: KEYS.find((it) => !taken.has(it)) })}
            data-testid="waiting-key-add"
          >
            {t("queues.add_key")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
