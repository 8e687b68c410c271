import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { SkillRecord } from "../api/rules";
import { useAgents } from "../link/store";
import { useFormat } from "../ui/format";
import { IdField, LocalizedField } from "./fields";
import { RemoveButton } from "./RemoveButton";
import { ResourcePage } from "./ResourcePage";
import "./admin.css";

/** What callers may require of agents, and who has it how well. */
export function SkillsPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  return (
    <ResourcePage<SkillRecord>
      path="/api/skills"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.skills")}
      hint={t("skills.hint")}
      newLabel={t("skills.new")}
      deleteHint={t("skills.delete_hint")}
      drawerWidth={560}
      findingKind="skill"
      blank={{ agents: [] }}
      toValues={(it) => ({ ...it, agents: Object.entries(it.agents).map(([agent, level]) => ({ agent, level })) })}
      fromValues={(values) => ({
        ...values,
        agents: Object.fromEntries((values.agents ?? []).map((it: Held) => [it.agent, it.level])),
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
          title: t("skills.held_by"),
          align: "right",
          render: (_, it) => <span className="num">{Object.keys(it.agents).length}</span>,
        },
        { title: t("skills.levels"), width: 280, render: (_, it) => <LevelBars levels={Object.values(it.agents)} /> },
      ]}
      form={(isNew) => (
        <>
          <IdField isNew={isNew} />
          <LocalizedField name="name" label={t("field.name")} />
          <Form.Item label={t("skills.held_by")}>
            <HeldBy />
          </Form.Item>
        </>
      )}
    />
  );
}

interface Held {
  agent: string;
  level: number;
}

/** How many agents stand in each fifth of the levels. */
function LevelBars({ levels }: { levels: number[] }) {
  const fifths = [0, 1, 2, 3, 4].map((fifth) => levels.filter((it) => Math.ceil(it / 20) - 1 === fifth).length);
  const most = Math.max(1, ...fifths);
  return (
    <div className="level-bars">
      {fifths.map((count, fifth) => (
        <span key={fifth} title={`${fifth * 20 + 1}–${fifth * 20 + 20}: ${count}`}>
          <i style={{ height: `${(count / most) * 100}%` }} />
        </span>
      ))}
    </div>
  );
}

function HeldBy() {
  const { t } = useTranslation();
  const agents = useAgents();
  const form = Form.useFormInstance();
  const taken: string[] = (Form.useWatch("agents", form) ?? []).map((it?: Held) => it?.agent);
  return (
    <Form.List name="agents">
      {(fields, { add, remove }) => (
        <>
          {fields.map((field) => (
            <div key={field.key} className="row" style={{ marginBottom: 8 }}>
              <Form.Item
                name={[field.name, "agent"]}
                style={{ flex: 1, margin: 0 }}
                rules={[{ required: true, message: t("common.needed") }]}
              >
                <Select
                  showSearch={{ optionFilterProp: "label" }}
                  options={agents
                    .filter((it) => !taken.includes(it.agent) || taken[field.name] === it.agent)
                    .map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, "level"]} style={{ margin: 0 }}>
                <InputNumber min={1} max={100} prefix={t("queues.level_short")} style={{ width: 124 }} />
              </Form.Item>
              <RemoveButton onClick={() => remove(field.name)} />
            </div>
          ))}
          <Button type="dashed" block onClick={() => add({ level: 50 })} data-testid="skill-agent-add">
            {t("skills.add_agent")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
