import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SkillRecord } from "../../api/rules";
import { LANGUAGES } from "../../i18n";
import { useFormat } from "../../ui/format";
import { RemoveButton } from "../RemoveButton";
import { useList } from "../useList";

/** What callers require of agents, how that relaxes with waiting, and the rings in which agents are asked. */
export function SkillsTab() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const skills = useList<SkillRecord>("/api/skills");
  return (
    <>
      <h3>{t("queues.requires")}</h3>
      <p className="tab-hint">
        {t("queues.requires_hint")} <Link to="/admin/skills">{t("menu.skills")}</Link>
      </p>
      <Form.List name="requires">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <article key={field.key} className="rule-card">
                <div className="row">
                  <Form.Item
                    name={[field.name, "skill"]}
                    style={{ flex: 1 }}
                    rules={[{ required: true, message: t("common.needed") }]}
                  >
                    <Select
                      placeholder={t("queues.which_skill")}
                      options={skills.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
                    />
                  </Form.Item>
                  <Form.Item name={[field.name, "level"]}>
                    <InputNumber min={1} max={100} prefix={t("queues.at_least")} style={{ width: 124 }} />
                  </Form.Item>
                  <Form.Item name={[field.name, "language"]}>
                    <Select
                      allowClear
                      style={{ width: 160 }}
                      placeholder={t("queues.every_call")}
                      options={LANGUAGES.map((it) => ({
                        value: it.id,
                        label: t("queues.only_calls_in", { language: t(`language.${it.id}`) }),
                      }))}
                    />
                  </Form.Item>
                  <RemoveButton onClick={() => remove(field.name)} />
                </div>
                <Relaxations requirement={field.name} />
              </article>
            ))}
            <Button type="dashed" block disabled={skills.length === 0} onClick={() => add({ level: 50, relax: [] })}>
              {skills.length === 0 ? t("queues.no_skills") : t("queues.add_requirement")}
            </Button>
          </>
        )}
      </Form.List>
      <h3 style={{ marginTop: 24 }}>{t("queues.rings")}</h3>
      <p className="tab-hint">{t("queues.rings_hint")}</p>
      <Form.List name="rings">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field, place) => (
              <div key={field.key} className="row" style={{ marginBottom: 8 }}>
                <span className="rule-number">{place + 1}</span>
                <Form.Item name={[field.name, "after_s"]} style={{ margin: 0 }}>
                  <InputNumber
                    min={0}
                    max={86_400}
                    prefix={t("queues.from")}
                    suffix={t("unit.s")}
                    style={{ width: 130 }}
                  />
                </Form.Item>
                <Form.Item name={[field.name, "priority"]} style={{ margin: 0 }}>
                  <InputNumber min={1} max={100} prefix={t("queues.up_to_priority")} style={{ width: 190 }} />
                </Form.Item>
                <Form.Item name={[field.name, "level"]} style={{ margin: 0 }}>
                  <InputNumber min={0} max={100} prefix={t("queues.from_level")} style={{ width: 150 }} />
                </Form.Item>
                <RemoveButton onClick={() => remove(field.name)} />
              </div>
            ))}
            <Button
              type="dashed"
              block
              onClick={() => add({ after_s: fields.length * 20, priority: fields.length ? 100 : 1, level: 0 })}
            >
              {t("queues.add_ring")}
            </Button>
          </>
        )}
      </Form.List>
    </>
  );
}

function Relaxations({ requirement }: { requirement: number }) {
  const { t } = useTranslation();
  return (
    <Form.List name={[requirement, "relax"]}>
      {(fields, { add, remove }) => (
        <div style={{ paddingLeft: 12 }}>
          {fields.map((field) => (
            <div key={field.key} className="row" style={{ marginBottom: 6 }}>
              <span className="rule-label">{t("queues.relax_after")}</span>
              <Form.Item name={[field.name, "after_s"]}>
                <InputNumber size="small" min={1} max={86_400} suffix={t("unit.s")} style={{ width: 92 }} />
              </Form.Item>
              <span className="rule-label">{t("queues.relax_enough")}</span>
              <Form.Item name={[field.name, "level"]}>
                <InputNumber size="small" min={0} max={99} style={{ width: 76 }} />
              </Form.Item>
              <RemoveButton small onClick={() => remove(field.name)} />
            </div>
          ))}
          <Button size="small" type="link" style={{ padding: 0 }} onClick={() => add({ after_s: 60, level: 0 })}>
            + {t("queues.add_relaxation")}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
