import { KeyOutlined, StopOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, InputNumber, Segmented, Select, Switch, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { useErrorText } from "../api/errors";
import type { Named, Outside, PersonRecord, QueueRecord } from "../api/types";
import { LANGUAGES } from "../i18n";
import { useFormat } from "../ui/format";
import { CentreSettings } from "./CentreSettings";
import { IdField, SelectField, TextField } from "./fields";
import { RemoveButton } from "./RemoveButton";
import { ResourcePage, RowButton } from "./ResourcePage";
import { SkillLevels } from "./SkillLevels";
import { useList } from "./useList";

export function agentOf(person: Pick<PersonRecord, "agent">): string | null {
  return typeof person.agent === "string" ? person.agent : (person.agent?.id ?? null);
}

export function PeoplePage() {
  return (
    <>
      <People />
      <CentreSettings />
    </>
  );
}

function People() {
  const { t, i18n } = useTranslation();
  const { name } = useFormat();
  const { modal, message } = App.useApp();
  const text = useErrorText();
  const [shown, setShown] = useState<"active" | "inactive" | "all">("active");
  const roles = useList<Named>("/api/roles");
  const queues = useList<QueueRecord>("/api/queues");
  const roleName = (id: string) => name(roles.find((it) => it.id === id)?.name, id);

  const sipPassword = (person: PersonRecord) =>
    modal.confirm({
      title: t("people.sip_password_question"),
      content: t("people.sip_password_warning"),
      okText: t("people.sip_password_make"),
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
      nameOf={(it) => t("people.with_login", { name: it.name, login: it.login })}
      title={t("menu.people")}
      hint={t("people.hint")}
      newLabel={t("people.new")}
      searchHint={t("people.search")}
      drawerWidth={560}
      deletable={(it) => it.active}
      removal={(it) => ({
        icon: <StopOutlined />,
        verb: t("people.deactivate"),
        title: t("people.deactivate_question", { name: it.name }),
        hint: t("people.deactivate_hint"),
        done: t("people.deactivated"),
      })}
      narrowed={shown === "all" ? {} : { active: shown === "active" }}
      filters={
        <Segmented
          value={shown}
          onChange={setShown}
          options={(["active", "inactive", "all"] as const).map((it) => ({
            value: it,
            label: <span data-testid={`people-${it}`}>{t(`people.filter_${it}`)}</span>,
          }))}
        />
      }
      columns={[
        {
          title: t("people.name"),
          key: "name",
          sorter: true,
          render: (_, it) => (
            <>
              <strong className={it.active ? "" : "faint"}>{it.name}</strong>{" "}
              {!it.active && <Tag>{t("people.inactive")}</Tag>}
            </>
          ),
        },
        {
          title: t("field.login"),
          key: "login",
          sorter: true,
          render: (_, it) => <span className="num">{it.login}</span>,
        },
        {
          title: t("field.roles"),
          render: (_, it) => (
            <span className="tags">
              {it.roles.map((role) => (
                <Tag key={role}>{roleName(role)}</Tag>
              ))}
            </span>
          ),
        },
        {
          title: t("people.agent"),
          key: "agent",
          sorter: true,
          render: (_, it) => agentOf(it) ?? <span className="faint">–</span>,
        },
        {
          title: t("menu.queues"),
          render: (_, it) =>
            it.queues?.length ? (
              it.queues
                .map((place) => name(queues.find((queue) => queue.id === place.queue)?.name, place.queue))
                .join(t("common.comma"))
            ) : (
              <span className="faint">–</span>
            ),
        },
      ]}
      actions={(it) =>
        agentOf(it) && (
          <RowButton icon={<KeyOutlined />} label={t("people.sip_password")} onClick={() => sipPassword(it)} />
        )
      }
      blank={{ roles: ["agent"], language: i18n.language, active: true, queues: [], skills: [], outside: "no" }}
      renewedBy="agent" // queues and skills go with an agent's number
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
          <TextField name="name" label={t("people.name")} needed />
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
          <OutsideFields />
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
                      <RemoveButton onClick={() => remove(field.name)} />
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

/** Whether the agent may be called at a number outside, and which. */
function OutsideFields() {
  const { t } = useTranslation();
  const outside: Outside = Form.useWatch("outside") ?? "no";
  return (
    <>
      <Form.Item name="outside" label={t("people.outside")} extra={t("people.outside_hint")}>
        <Segmented
          options={(["no", "fixed", "own"] as const).map((it) => ({
            value: it,
            label: <span data-testid={`outside-${it}`}>{t(`people.outside_${it}`)}</span>,
          }))}
        />
      </Form.Item>
      {outside !== "no" && <TextField name="outside_number" label={t("device.number")} needed={outside === "fixed"} />}
    </>
  );
}
