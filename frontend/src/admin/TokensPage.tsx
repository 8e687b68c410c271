import { App, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session";
import type { TokenRecord } from "../api/types";
import { useFormat } from "../ui/format";
import { SelectField, TextField } from "./fields";
import { ResourcePage } from "./ResourcePage";

export function TokensPage() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { day, dayAndClock } = useFormat();
  const permissions = useSession()?.permissions ?? [];
  return (
    <ResourcePage<TokenRecord>
      path="/api/tokens"
      idOf={(it) => it.id}
      nameOf={(it) => it.name}
      title={t("menu.tokens")}
      hint={t("tokens.hint")}
      newLabel={t("tokens.new")}
      removal={(it) => ({
        verb: t("tokens.revoke"),
        title: t("tokens.delete_question", { name: it.name }),
        hint: t("tokens.delete_hint"),
        done: t("tokens.revoked"),
      })}
      editable={false}
      blank={{ scopes: [] }}
      afterSave={(result) => {
        const { token } = result as TokenRecord & { token?: string };
        if (!token) return;
        modal.success({
          width: 560,
          title: t("tokens.once"),
          content: (
            <Typography.Paragraph copyable code style={{ wordBreak: "break-all" }} data-testid="token-value">
              {token}
            </Typography.Paragraph>
          ),
        });
      }}
      columns={[
        { title: t("field.name"), key: "name", sorter: true, render: (_, it) => <strong>{it.name}</strong> },
        {
          title: t("tokens.scopes"),
          render: (_, it) => (
            <span className="tags">
              {it.scopes.map((scope) => (
                <Tag key={scope}>{t(`permission.${scope.replace(".", "_")}`, { defaultValue: scope })}</Tag>
              ))}
            </span>
          ),
        },
        {
          title: t("tokens.created"),
          key: "created_at",
          sorter: true,
          render: (_, it) => <span className="num nowrap">{day(it.created_at)}</span>,
        },
        {
          title: t("tokens.last_used"),
          key: "last_used_at",
          sorter: true,
          render: (_, it) =>
            it.last_used_at ? (
              <span className="num nowrap">{dayAndClock(it.last_used_at)}</span>
            ) : (
              <span className="faint">{t("tokens.never")}</span>
            ),
        },
      ]}
      form={() => (
        <>
          <TextField name="name" label={t("field.name")} needed hint={t("tokens.name_hint")} />
          <SelectField
            name="scopes"
            label={t("tokens.scopes")}
            many
            needed
            options={permissions.map((it) => ({
              value: it,
              label: t(`permission.${it.replace(".", "_")}`, { defaultValue: it }),
            }))}
          />
        </>
      )}
    />
  );
}
