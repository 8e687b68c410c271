import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select, Space, Table } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api, withQuery } from "../api/client";
import { useErrorText } from "../api/errors";
import type { AlarmRecipient, Page } from "../api/types";
import { useFormat } from "../ui/format";
import { Failure } from "../ui/QueryView";
import { useAsk } from "../ui/useAsk";
import { useFailureText } from "./useFailureText";

const PATH = "/api/alarm-recipients";
const MOST = 20;
const FIELDS = ["kind", "address", "secret"] as const;

interface Values {
  kind: AlarmRecipient["kind"];
  address: string;
  secret?: string;
  severity: AlarmRecipient["severity"];
  language: AlarmRecipient["language"];
}

/** How a message went that was asked for on this page. */
interface Tested {
  failure: string;
  at: string;
}

/** Whom alarms are sent to besides being shown here: by mail, or to a program. */
export function RecipientsPanel() {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const { busy, run } = useAsk();
  const [open, setOpen] = useState<AlarmRecipient | "new" | null>(null);
  const [tested, setTested] = useState<Record<string, Tested>>({});
  const query = useQuery({
    queryKey: [PATH],
    queryFn: () => api<Page<AlarmRecipient>>(withQuery(PATH, { page_size: MOST })),
    refetchInterval: 15_000,
  });
  const refresh = () => void queries.invalidateQueries({ queryKey: [PATH] });
  const test = (it: AlarmRecipient) =>
    run(it.id, async () => {
      const { failure } = await api<{ failure: string }>(`${PATH}/${it.id}/test`, { method: "POST", body: {} });
      setTested((before) => ({ ...before, [it.id]: { failure, at: new Date().toISOString() } }));
    });
  const remove = (it: AlarmRecipient) =>
    modal.confirm({
      title: t("common.delete_question", { name: it.address, interpolation: { escapeValue: false } }),
      content: t("common.delete_for_good"),
      okText: t("common.delete"),
      cancelText: t("common.cancel"),
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: async () => {
        const done = await run("delete", () => api(`${PATH}/${it.id}`, { method: "DELETE" }));
        if (done) void message.success(t("common.deleted"));
        refresh();
      },
    });
  return (
    <section className="panel recipients" data-testid="alarm-recipients">
      <div className="panel-head">
        <h2>{t("recipients.title")}</h2>
        {!open && (
          <Button onClick={() => setOpen("new")} data-testid="recipient-new">
            {t("recipients.new")}
          </Button>
        )}
      </div>
      {open && (
        <RecipientForm
          key={open === "new" ? "new" : open.id}
          it={open === "new" ? null : open}
          onDone={() => {
            setOpen(null);
            refresh();
          }}
          onCancel={() => setOpen(null)}
        />
      )}
      {query.error && !query.data ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Table<AlarmRecipient>
          rowKey="id"
          size="middle"
          loading={query.isPending}
          dataSource={query.data?.items}
          locale={{ emptyText: t("recipients.none") }}
          scroll={{ x: 900 }}
          pagination={false}
          columns={[
            {
              title: t("recipients.to"),
              render: (_, it) => (
                <>
                  <strong style={{ overflowWrap: "anywhere" }}>{it.address}</strong>
                  <div className="muted">{t(`recipients.kinds.${it.kind}`)}</div>
                </>
              ),
            },
            {
              title: t("recipients.which"),
              width: 120,
              render: (_, it) => t(`recipients.severities.${it.severity}`),
            },
            {
              title: t("settings.language"),
              width: 90,
              render: (_, it) => t(`recipients.languages.${it.language}`),
            },
            {
              title: t("recipients.last"),
              width: 220,
              render: (_, it) => <LastSent it={it} tested={tested[it.id]} />,
            },
            {
              title: t("common.actions"),
              width: 250,
              render: (_, it) => (
                <Space>
                  <Button size="small" onClick={() => setOpen(it)} data-testid="recipient-edit">
                    {t("common.edit")}
                  </Button>
                  <Button
                    size="small"
                    loading={busy === it.id}
                    onClick={() => void test(it)}
                    data-testid="recipient-test"
                  >
                    {t("recipients.test")}
                  </Button>
                  <Button size="small" danger onClick={() => remove(it)} data-testid="recipient-delete">
                    {t("common.delete")}
                  </Button>
                </Space>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function LastSent({ it, tested }: { it: AlarmRecipient; tested: Tested | undefined }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const why = useFailureText();
  const lines: ReactNode[] = [];
  const unescaped = { interpolation: { escapeValue: false } };
  if (it.failing) {
    const then = it.again_at ? t("recipients.again", { at: moment(it.again_at) }) : t("recipients.given_up");
    lines.push(
      <Trouble key="failing">{t("recipients.failing", { why: why(it.failing), ...unescaped })}</Trouble>,
      <div key="again" className="muted num">
        {then}
      </div>,
    );
  }
  if (it.last_sent_at)
    lines.push(
      <div key="sent" className={it.failing ? "muted num" : "num"}>
        {it.failing ? t("recipients.before", { at: moment(it.last_sent_at) }) : moment(it.last_sent_at)}
      </div>,
    );
  if (tested?.failure)
    lines.push(
      <Trouble key="tested">{t("recipients.not_tested", { why: why(tested.failure), ...unescaped })}</Trouble>,
    );
  else if (tested)
    lines.push(
      <div key="tested" style={{ color: "var(--ready)" }} className="num">
        {t("recipients.tested", { at: moment(tested.at) })}
      </div>,
    );
  return <div data-testid="recipient-last">{lines.length > 0 ? lines : "–"}</div>;
}

function Trouble({ children }: { children: ReactNode }) {
  return <div style={{ color: "var(--lost)", overflowWrap: "anywhere" }}>{children}</div>;
}

interface FormProps {
  /** The one to be changed; null: a new one. */
  it: AlarmRecipient | null;
  onDone: () => void;
  onCancel: () => void;
}

function RecipientForm({ it, onDone, onCancel }: FormProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const text = useErrorText();
  const [form] = Form.useForm<Values>();
  const [saving, setSaving] = useState(false);
  const kind = Form.useWatch("kind", form) ?? it?.kind ?? "email";
  const keepsSecret = it?.kind === "webhook";
  const save = async (values: Values) => {
    setSaving(true);
    try {
      await (it
        ? api(`${PATH}/${it.id}`, { method: "PATCH", body: values })
        : api(PATH, { method: "POST", body: values }));
      onDone();
    } catch (error) {
      const faults = error instanceof ApiError ? Object.entries(error.fields) : [];
      if (faults.length === 0) void message.error(text(error));
      form.setFields(faults.map(([name, errors]) => ({ name: name as keyof Values, errors })));
    } finally {
      setSaving(false);
    }
  };
  const needed = [{ required: true, message: t("common.needed") }];
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      className="panel-body recipient-form"
      initialValues={
        it ?? { kind: "email", severity: "critical", language: i18n.language === "en-US" ? "en-US" : "zh-CN" }
      }
      onFinish={(values) => void save(values)}
      // what was wrong with an address of the other kind says nothing of this one
      onValuesChange={(changed) => "kind" in changed && form.setFields(FIELDS.map((name) => ({ name, errors: [] })))}
    >
      <Form.Item name="kind" label={t("recipients.kind")}>
        <Select
          data-testid="recipient-kind"
          options={(["email", "webhook"] as const).map((it) => ({ value: it, label: t(`recipients.kinds.${it}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="address"
        label={t(`recipients.address.${kind}`)}
        rules={needed}
        extra={kind === "webhook" ? t("recipients.webhook_hint") : undefined}
      >
        <Input maxLength={500} autoFocus data-testid="recipient-address" />
      </Form.Item>
      {kind === "webhook" && (
        <Form.Item
          name="secret"
          label={t("recipients.secret")}
          rules={keepsSecret ? [] : needed}
          extra={keepsSecret ? t("recipients.secret_kept") : t("recipients.secret_hint")}
        >
          <Input.Password maxLength={200} autoComplete="off" data-testid="recipient-secret" />
        </Form.Item>
      )}
      <Form.Item name="severity" label={t("recipients.which")}>
        <Select
          options={(["critical", "major"] as const).map((it) => ({
            value: it,
            label: t(`recipients.severities.${it}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="language" label={t("settings.language")}>
        <Select
          options={(["zh-CN", "en-US"] as const).map((it) => ({ value: it, label: t(`recipients.languages.${it}`) }))}
        />
      </Form.Item>
      <Space>
        <Button type="primary" htmlType="submit" loading={saving} data-testid="recipient-save">
          {t("common.save")}
        </Button>
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
      </Space>
    </Form>
  );
}
