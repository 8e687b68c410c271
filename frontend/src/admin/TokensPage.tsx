import { App, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session";
import type { QueueRecord, TokenRecord } from "../api/types";
import { useAgents } from "../link/store";
import { useFormat } from "../ui/format";
import { useQueueName } from "../ui/useQueueName";
import { EmbeddingPanel } from "./EmbeddingPanel";
import { SelectField, TextField } from "./fields";
import { ResourcePage, type Values } from "./ResourcePage";
import { useList } from "./useList";

const DAY_MS = 86_400_000;
/** What a token's life is chosen from; "0": without end. */
const LIVES = ["30", "90", "365", "0"] as const;
const REACHES = ["own", "inside", "anywhere"] as const;
/** Those of which it is clear what they mean for some agents and queues only (`callbase/apps/integration/access.py`). */
const LIMITABLE = [
  "board.view",
  "interactions.view_all",
  "recordings.listen",
  "agents.supervise",
  "calls.barge",
  "calls.take_over",
  "calls.release",
];

function fromValues({ life, ...values }: Values): Values {
  const days = Number(life);
  return { ...values, expires_at: days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null };
}

/** How other systems come in: their programs' tokens, and whose pages may show the softphone. */
export function TokensPage() {
  return (
    <>
      <Tokens />
      <EmbeddingPanel />
    </>
  );
}

function Tokens() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { day, dayAndClock, name } = useFormat();
  const queueName = useQueueName();
  const agents = useAgents();
  const queues = useList<QueueRecord>("/api/queues");
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
      blank={{ scopes: [], agents: [], queues: [], life: "365" }}
      fromValues={fromValues}
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
            <span className="tags tokens-scopes">
              {it.scopes.map((scope) => (
                <Tag key={scope}>{t(`permission.${scope.replace(".", "_")}`, { defaultValue: scope })}</Tag>
              ))}
            </span>
          ),
        },
        {
          title: t("tokens.limits"),
          render: (_, it) => (
            <Limits all={t("tokens.everything")} names={[...it.agents, ...it.queues.map((one) => queueName(one))]} />
          ),
        },
        { title: t("tokens.calls"), render: (_, it) => t(`tokens.reach.${it.calls}`) },
        {
          title: t("tokens.expires"),
          key: "expires_at",
          sorter: true,
          render: (_, it) => <Expiry at={it.expires_at} />,
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
          <SelectField
            name="agents"
            label={t("tokens.agents")}
            many
            hint={t("tokens.limits_hint", {
              permissions: LIMITABLE.map((it) => t(`permission.${it.replace(".", "_")}`)).join(t("tokens.and")),
            })}
            options={agents.map((it) => ({ value: it.agent, label: `${it.agent} ${it.name}` }))}
          />
          <SelectField
            name="queues"
            label={t("tokens.queues")}
            many
            options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
          />
          <SelectField
            name="calls"
            label={t("tokens.calls")}
            hint={t("tokens.calls_hint")}
            options={REACHES.map((it) => ({ value: it, label: t(`tokens.reach.${it}`) }))}
          />
          <SelectField
            name="life"
            label={t("tokens.life")}
            needed
            options={LIVES.map((it) => ({ value: it, label: t(`tokens.days.${it}`) }))}
          />
        </>
      )}
    />
  );
}

function Limits({ names, all }: { names: string[]; all: string }) {
  if (names.length === 0) return <span className="faint">{all}</span>;
  return (
    <span className="tags">
      {names.map((it) => (
        <Tag key={it}>{it}</Tag>
      ))}
    </span>
  );
}

function Expiry({ at }: { at: string | null }) {
  const { t } = useTranslation();
  const { day } = useFormat();
  if (!at) return <span className="faint">{t("tokens.no_end")}</span>;
  if (Date.parse(at) <= Date.now()) return <Tag color="error">{t("tokens.expired")}</Tag>;
  return <span className="num nowrap">{day(at)}</span>;
}
