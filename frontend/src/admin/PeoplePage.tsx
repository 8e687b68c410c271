import { KeyOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, InputNumber, Segmented, Select, Switch, Tag, Tooltip, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useErrorText } from "../api/errors";
import type { Localized, PersonRecord, QueueRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { useFormat } from "../ui/format";
import { IdField, SelectField, TextField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { SkillLevels } from "./SkillLevels";
import { useList } from "./useList";

interface Role {
  id: string;
  name?: Localized | string;
}

export function agentOf(person: Pick<PersonRecord, "agent">): string | null {
  return typeof person.agent === "string" ? person.agent : (person.agent?.id ?? null);
}

export function PeoplePage() {
  const { t, i18n } = useTranslation();
  const { name } = useFormat();
  const { modal, message } = App.useApp();
  const text = useErrorText();
  const roles = useList<Role>("/api/roles");
  const queues = useList<QueueRecord>("/api/queues");
  const roleName = (id: string) => {
    const own = roles.find((it) => it.id === id)?.name;
    return i18n.exists(`role.${id}`) ? t(`role.${id}`) : name(own, id);
  };

  const sipPassword = (person: PersonRecord) =>
    modal.confirm({
      title: t("people.sip_password_question"),
      content: t("people.sip_password_warning"),
      onOk: async () => {
        try {
          const { password } = await api<{ password: string }>(`/api/people/${person.id}/sip-password`, {
            method: "POST",
          });
          modal.success({
            title: t("people.sip_password_is"),
            content: (
              <Typography.Paragraph copyable code style={{ fontSize: 16 }}>
                {password}
              </Typography.Paragraph>
            ),
          });
        } catch (error) {
          void message.error(text(error));
        }
      },
    });

  return (
    <ResourcePage<PersonRecord>
      path="/api/people"
      idOf={(it) => it.id}
      nameOf={(it) => `${it.name} (${it.login})`}
      title={t("menu.people")}
      hint={t("people.hint")}
      newLabel={t("people.new")}
      deleteText={t("people.deactivate_question")}
      searchable
      drawerWidth={560}
      columns={[
        {
          title: t("field.name"),
          render: (_, it) => (
            <>
              <strong>{it.name}</strong> {!it.active && <Tag>{t("people.inactive")}</Tag>}
            </>
          ),
        },
        { title: t("field.login"), dataIndex: "login", className: "num" },
        { title: t("field.roles"), render: (_, it) => it.roles.map((role) => <Tag key={role}>{roleName(role)}</Tag>) },
        { title: t("field.agent"), render: (_, it) => <span className="num">{agentOf(it) ?? "–"}</span> },
        {
          title: t("menu.queues"),
          render: (_, it) =>
            it.queues?.length
              ? it.queues
                  .map((place) => name(queues.find((queue) => queue.id === place.queue)?.name, place.queue))
                  .join(", ")
              : "–",
        },
      ]}
      actions={(it) =>
        agentOf(it) && (
          <Tooltip title={t("people.sip_password")}>
            <Button
              type="text"
              icon={<KeyOutlined />}
              aria-label={t("people.sip_password")}
              onClick={() => sipPassword(it)}
            />
          </Tooltip>
        )
      }
      blank={{ roles: ["agent"], language: i18n.language, active: true, queues: [], skills: [] }}
      toValues={(it) => ({
        ...it,
        agent: agentOf(it) ?? undefined,
        password: undefined,
        skills: Object.entries(it.skills ?? {}).map(([skill, level]) => ({ skill, level })),
      })}
      fromValues={(values) => {
        const { password, agent, skills, ...rest } = values;
        const levels = (skills ?? []).map((it: { skill: string; level: number }) => [it.skill, it.level]);
        return {
          ...rest,
          agent: agent ? { id: agent } : null,
          skills: Object.fromEntries(levels),
          ...(password ? { password } : {}),
        };
      }}
      form={(isNew) => (
        <>
          <TextField name="name" label={t("field.name")} needed />
          <IdField isNew={isNew} name="login" label={t("field.login")} form="login" />
          <Form.Item
            name="password"
            label={isNew ? t("auth.password") : t("people.new_password")}
            rules={[
              { required: isNew, message: t("common.needed") },
              { min: 8, message: t("settings.password_short") },
            ]}
            extra={isNew ? undefined : t("people.new_password_hint")}
          >
            <Input.Password autoComplete="new-password" data-testid="field-password" />
          </Form.Item>
          <SelectField
            name="roles"
            label={t("field.roles")}
            many
            needed
            options={roles.map((it) => ({ value: it.id, label: roleName(it.id) }))}
          />
          <TextField name="agent" label={t("people.agent")} hint={t("people.agent_hint")} />
          <Form.Item label={t("menu.queues")} tooltip={t("people.queues_hint")}>
            <Form.List name="queues">
              {(fields, { add, remove }) => (
                <>
                  {fields.map((field) => (
                    <div key={field.key} className="row" style={{ marginBottom: 8 }}>
                      <Form.Item
                        name={[field.name, "queue"]}
                        noStyle
                        rules={[{ required: true, message: t("common.needed") }]}
                      >
                        <Select
                          style={{ flex: 1 }}
                          options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
                        />
                      </Form.Item>
                      <Form.Item name={[field.name, "priority"]} noStyle>
                        <InputNumber min={1} max={99} prefix={t("queues.priority_short")} style={{ width: 104 }} />
                      </Form.Item>
                      <Form.Item name={[field.name, "level"]} noStyle>
                        <InputNumber min={0} max={100} prefix={t("queues.level_short")} style={{ width: 104 }} />
                      </Form.Item>
                      <Form.Item name={[field.name, "weight"]} hidden>
                        <InputNumber />
                      </Form.Item>
                      <Button type="text" danger onClick={() => remove(field.name)} aria-label={t("common.delete")}>
                        ×
                      </Button>
                    </div>
                  ))}
                  <Button type="dashed" block onClick={() => add({ priority: 1, level: 50, weight: 1 })}>
                    {t("people.add_queue")}
                  </Button>
                </>
              )}
            </Form.List>
          </Form.Item>
          <Form.Item label={t("menu.skills")} tooltip={t("people.skills_hint")}>
            <SkillLevels />
          </Form.Item>
          <Form.Item name="language" label={t("settings.language")}>
            <Segmented options={LANGUAGES.map((it) => ({ value: it.id, label: it.name }))} />
          </Form.Item>
          <TextField name="email" label={t("field.email")} />
          <TextField name="phone" label={t("field.phone")} />
          {!isNew && (
            <Form.Item name="active" label={t("people.active")} valuePropName="checked">
              <Switch />
            </Form.Item>
          )}
        </>
      )}
    />
  );
}
