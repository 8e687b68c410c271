import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Form, type FormInstance } from "antd";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../api/client";
import { useErrorText } from "../api/errors";
import type { Finding } from "../api/rules";
import { useFocusBack } from "../ui/useFocusBack";
import { type Draft, useLeaveDraft } from "./draft";
import { FindingList } from "./FindingMarks";
import { fieldAt } from "./field-path";
import type { ResourceProps } from "./ResourcePage";
import { useUnsavedGuard } from "./useUnsavedGuard";

// A form's fields are the record's, with what only writing knows (a password) besides.
// biome-ignore lint/suspicious/noExplicitAny: form values are checked by the server, which names the field at fault
export type Values = Record<string, any>;

interface EditorProps<T extends object> {
  resource: ResourceProps<T>;
  /** null: one is being made. */
  record: T | null;
  /** Unsaved changes to it that were left behind. */
  draft: Draft | null;
  findings: Finding[];
  close: () => void;
  saved: (result: T) => Promise<void>;
}

/** The drawer in which a record is made or changed. Enter saves; what was typed is not thrown away unasked. */
export function Editor<T extends object>({ resource, record, draft, findings, close, saved }: EditorProps<T>) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const text = useErrorText();
  const id = useId();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(draft !== null);
  const [faults, setFaults] = useState<string[]>([]);
  const body = useRef<HTMLDivElement>(null);
  useFocusBack();
  const mayLeave = useUnsavedGuard(dirty);
  const leaveDraft = useLeaveDraft();
  const isNew = record === null;
  const initial = draft?.values ?? (record === null ? resource.blank : (resource.toValues?.(record) ?? record));

  const sent = (values: Values) => resource.fromValues?.(values, isNew) ?? values;
  const replaces = () =>
    new Promise<boolean>((resolve) => {
      modal.confirm({
        title: t("admin.changed_meanwhile"),
        content: t("admin.changed_meanwhile_hint"),
        okText: t("admin.replace"),
        cancelText: t("admin.go_on"),
        okButtonProps: { danger: true },
        focusable: { autoFocusButton: "cancel" },
        onOk: () => resolve(true),
        onCancel: () => resolve(false),
      });
    });
  const put = async (values: Values): Promise<T | null> => {
    if (record === null) return api<T>(resource.path, { method: "POST", body: sent(values) });
    const target = `${resource.path}/${encodeURIComponent(resource.idOf(record))}`;
    const all = sent(values);
    const changes = differing(all, sent(resource.toValues?.(record) ?? record));
    const now = await api<Values>(target).catch(() => ({}));
    if (changedIn(now, record, Object.keys(changes))) {
      void queries.invalidateQueries({ queryKey: [resource.path] }); // opened again, it is as they made it
      if (!(await replaces())) return null;
    }
    const renewed = resource.renewedBy !== undefined && resource.renewedBy in changes;
    return api<T>(target, { method: "PATCH", body: renewed ? all : changes });
  };
  const save = async (values: Values) => {
    setBusy(true);
    try {
      const result = await put(values);
      if (result === null) return;
      setDirty(false);
      await saved(result);
    } catch (error) {
      if (error instanceof ApiError) setFaults(Object.keys(fieldsOf(error)));
      if (!(error instanceof ApiError) || !showOnFields(form, error)) void message.error(text(error));
    } finally {
      setBusy(false);
    }
  };
  const failed = ({ errorFields }: { errorFields: { name: (string | number)[] }[] }) =>
    setFaults(errorFields.map((it) => it.name.join(".")));
  const leave = (there: T) => (to: string, stateOf: (asTyped: T) => object) =>
    form.validateFields().then((values) => {
      mayLeave();
      const asTyped = { ...there, ...(resource.fromValues?.(values, false) ?? values) };
      return leaveDraft({ id: resource.idOf(there), values: form.getFieldsValue(true) }, to, stateOf(asTyped));
    }, failed);
  const askClose = () => {
    if (!dirty) close();
    else
      modal.confirm({
        title: t("admin.unsaved"),
        okText: t("admin.discard"),
        cancelText: t("admin.go_on"),
        okButtonProps: { danger: true },
        focusable: { autoFocusButton: "cancel" },
        onOk: close,
      });
  };

  return (
    <Drawer
      open
      size={resource.drawerWidth ?? 480}
      title={record === null ? resource.newLabel : resource.nameOf(record)}
      onClose={askClose}
      afterOpenChange={(open) => open && firstField(body.current)?.focus()}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          {record !== null && resource.besides && <span className="grow">{resource.besides(leave(record))}</span>}
          <Button onClick={askClose}>{t("common.cancel")}</Button>
          <Button type="primary" htmlType="submit" form={id} loading={busy} data-testid="resource-save">
            {t("common.save")}
          </Button>
        </div>
      }
    >
      <div ref={body}>
        <FindingList findings={findings} />
        <Form<Values>
          id={id}
          form={form}
          layout="vertical"
          initialValues={initial}
          onFinish={(values) => void save(values)}
          onValuesChange={() => setDirty(true)}
          onFinishFailed={failed}
          scrollToFirstError
        >
          {resource.form?.(isNew, form, faults)}
        </Form>
      </div>
    </Drawer>
  );
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Only what was changed is sent: what somebody else changes meanwhile in other fields stays. */
const differing = (values: Values, opened: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([field, value]) => !same(value, opened[field])));

/** Whether one of these fields is another now than when the form was opened. */
const changedIn = (now: Values, opened: Values, fields: string[]): boolean =>
  fields.some((field) => field in now && field in opened && !same(now[field], opened[field]));

const firstField = (within: HTMLElement | null) =>
  within?.querySelector<HTMLElement>("input:not([disabled], [type=hidden]), textarea");

function fieldsOf(error: ApiError): Record<string, string[]> {
  return error.field ? { [error.field]: [error.message], ...error.fields } : error.fields;
}

/** Puts the server's words beside the fields they are about. False where there is no such field. */
function showOnFields(form: FormInstance<Values>, error: ApiError): boolean {
  const fields = form.getFieldsError().map((it) => it.name);
  const byField = Object.entries(fieldsOf(error));
  const placed = byField.map(([field, errors]) => ({ name: fieldAt(field, fields), errors }));
  const shown = placed.filter((it) => it.name !== null) as { name: (string | number)[]; errors: string[] }[];
  form.setFields(shown.map(({ name, errors }) => ({ name: name as unknown as string, errors })));
  if (shown[0]) form.scrollToField(shown[0].name, { block: "center" });
  return shown.length > 0 && shown.length === byField.length;
}
