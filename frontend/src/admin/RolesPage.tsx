import { useQuery } from "@tanstack/react-query";
import { Checkbox, Form, type FormInstance, Radio, Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import { useSession } from "../api/session";
import type { Named, Page, PersonRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { IdField, LocalizedField } from "./fields";
import { PERMISSION_GROUPS, permissionKey } from "./permissions";
import { ResourcePage, type Values } from "./ResourcePage";
import { useList } from "./useList";
import "./admin.css";

type Scope = "own" | "unit" | "all";
const SCOPES: Scope[] = ["own", "unit", "all"];

interface RoleTemplate extends Named {
  permissions: string[];
  scope: Scope;
}

interface RoleRecord extends RoleTemplate {
  /** How many active people have it. */
  people: number;
}

/** What people may do, and how far that reaches. */
export function RolesPage() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const roles = useList<RoleRecord>("/api/roles");
  return (
    <ResourcePage<RoleRecord>
      path="/api/roles"
      idOf={(it) => it.id}
      nameOf={(it) => name(it.name, it.id)}
      title={t("menu.roles")}
      hint={t("roles.hint")}
      newLabel={t("roles.new")}
      drawerWidth={640}
      blank={{ permissions: [], scope: "own" }}
      deletable={(it) => it.people === 0}
      fromValues={({ template: _, ...values }) => values}
      columns={[
        {
          title: t("field.name"),
          key: "id",
          sorter: true,
          render: (_, it) => (
            <>
              <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
            </>
          ),
        },
        {
          title: t("roles.rights"),
          render: (_, it) => (
            <span className="tags">
              {PERMISSION_GROUPS.map(({ group, permissions }) => {
                const held = permissions.filter((one) => it.permissions.includes(one)).length;
                return (
                  held > 0 && (
                    <Tag key={group}>
                      {t(`roles.group.${group}`)}{" "}
                      <span className="num">{held < permissions.length && `${held} / ${permissions.length}`}</span>
                    </Tag>
                  )
                );
              })}
            </span>
          ),
        },
        { title: t("roles.scope"), render: (_, it) => t(`roles.reach.${it.scope}`) },
        {
          title: t("roles.people"),
          key: "people",
          sorter: true,
          align: "right",
          render: (_, it) => <span className="num">{it.people}</span>,
        },
      ]}
      form={(isNew, form) => (
        <>
          {isNew && <BeginFrom roles={roles} form={form} />}
          <IdField isNew={isNew} />
          <LocalizedField name="name" label={t("field.name")} />
          <Form.Item name="scope" label={t("roles.scope")} extra={t("roles.scope_hint")}>
            <Radio.Group
              options={SCOPES.map((it) => ({ value: it, label: t(`roles.reach.${it}`) }))}
              data-testid="role-scope"
            />
          </Form.Item>
          <Form.Item
            name="permissions"
            label={t("roles.rights")}
            rules={[{ required: true, type: "array", min: 1, message: t("common.needed") }]}
          >
            <Rights />
          </Form.Item>
          {!isNew && <Holders />}
        </>
      )}
    />
  );
}

/** Takes the rights of a role that a new centre has, or of one there is. */
function BeginFrom({ roles, form }: { roles: RoleRecord[]; form: FormInstance<Values> }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { data: templates = [] } = useQuery({
    queryKey: ["/api/roles", "templates"],
    queryFn: () => api<RoleTemplate[]>("/api/roles/templates"),
  });
  const option = (it: RoleTemplate, kind: string) => ({ value: `${kind}:${it.id}`, label: name(it.name, it.id) });
  const take = (chosen: string) => {
    const from = [
      ...templates.map((it) => ({ ...it, key: `template:${it.id}` })),
      ...roles.map((it) => ({ ...it, key: `role:${it.id}` })),
    ].find((it) => it.key === chosen);
    if (from) form.setFieldsValue({ permissions: from.permissions, scope: from.scope });
  };
  return (
    <Form.Item name="template" label={t("roles.begin_from")} extra={t("roles.begin_hint")}>
      <Select
        onChange={take}
        data-testid="role-template"
        options={[
          { label: t("roles.templates"), options: templates.map((it) => option(it, "template")) },
          { label: t("roles.existing"), options: roles.map((it) => option(it, "role")) },
        ]}
      />
    </Form.Item>
  );
}

/** Each right with what it means; those one does not have oneself cannot be given. */
function Rights({ value = [], onChange }: { value?: string[]; onChange?: (rights: string[]) => void }) {
  const { t } = useTranslation();
  const mine: string[] = useSession()?.permissions ?? [];
  const set = (rights: string[], on: boolean) => {
    const others = value.filter((it) => !rights.includes(it));
    onChange?.(on ? [...others, ...rights] : others);
  };
  return (
    <div className="rights">
      {PERMISSION_GROUPS.map(({ group, permissions }) => {
        const held = permissions.filter((it) => value.includes(it));
        const givable = permissions.filter((it) => mine.includes(it));
        return (
          <fieldset key={group}>
            <legend>
              <Checkbox
                checked={held.length === permissions.length}
                indeterminate={held.length > 0 && held.length < permissions.length}
                disabled={givable.length === 0}
                onChange={({ target }) => set(givable, target.checked)}
              >
                <strong>{t(`roles.group.${group}`)}</strong>
              </Checkbox>
            </legend>
            {permissions.map((it) => (
              <Checkbox
                key={it}
                checked={value.includes(it)}
                disabled={!mine.includes(it)}
                onChange={({ target }) => set([it], target.checked)}
                data-testid={`right-${it}`}
              >
                {t(`permission.${permissionKey(it)}`)}
                <span className="right-help">{t(`permission_help.${permissionKey(it)}`)}</span>
              </Checkbox>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}

const SHOWN = 50;

/** Who has the role, as people are given it on their own page. */
function Holders() {
  const { t } = useTranslation();
  const role: string | undefined = Form.useWatch("id");
  const { data } = useQuery({
    queryKey: ["/api/people", "of role", role],
    queryFn: () => api<Page<PersonRecord>>(withQuery("/api/people", { role, active: true, page_size: SHOWN })),
    enabled: role !== undefined,
  });
  if (!data) return null;
  return (
    <Form.Item label={t("roles.held_by", { count: data.total })} extra={t("roles.held_by_hint")}>
      <span className="tags" data-testid="role-holders">
        {data.items.map((it) => (
          <Tag key={it.id}>{t("people.with_login", { name: it.name, login: it.login })}</Tag>
        ))}
        {data.total > SHOWN && <span className="faint">{t("audit.more", { count: data.total - SHOWN })}</span>}
      </span>
    </Form.Item>
  );
}
