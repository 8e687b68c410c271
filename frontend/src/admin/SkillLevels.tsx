import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { SkillRecord } from "../api/rules";
import { useFormat } from "../ui/format";
import { RemoveButton } from "./RemoveButton";
import { useList } from "./useList";

/** An agent's levels, 1 to 100; a skill not named is not had. */
export function SkillLevels() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const skills = useList<SkillRecord>("/api/skills");
  return (
    <Form.List name="skills">
      {(fields, { add, remove }) => (
        <>
          {fields.map((field) => (
            <div key={field.key} className="row" style={{ marginBottom: 8 }}>
              <Form.Item name={[field.name, "skill"]} noStyle rules={[{ required: true, message: t("common.needed") }]}>
                <Select
                  style={{ flex: 1 }}
                  options={skills.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, "level"]} noStyle>
                <InputNumber min={1} max={100} prefix={t("queues.level_short")} style={{ width: 124 }} />
              </Form.Item>
              <RemoveButton onClick={() => remove(field.name)} />
            </div>
          ))}
          <Button type="dashed" block disabled={skills.length === 0} onClick={() => add({ level: 50 })}>
            {skills.length === 0 ? t("queues.no_skills") : t("people.add_skill")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
