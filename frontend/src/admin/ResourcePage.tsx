import { DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  App,
  Button,
  Drawer,
  Empty,
  Form,
  type FormInstance,
  Input,
  Table,
  type TableColumnsType,
  Tooltip,
} from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ApiError, api, withQuery } from "../api/client";
import { useErrorText } from "../api/errors";
import { asItems } from "../api/items";
import type { Finding } from "../api/rules";
import type { Page } from "../api/types";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";
import { FindingBadge, FindingList } from "./FindingMarks";
import { fieldAt } from "./field-path";
import { FINDINGS, useFindings } from "./useFindings";
import { useUnsavedGuard } from "./useUnsavedGuard";

// A form's fields are the record's, with what only writing knows (a password) besides.
// biome-ignore lint/suspicious/noExplicitAny: form values are checked by the server, which names the field at fault
export type Values = Record<string, any>;

export interface ResourceProps<T extends object> {
  /** Where the list lives; a record is at `<path>/<id>`. */
  path: string;
  idOf: (record: T) => string;
  /** What a record is called when asking whether to delete it. */
  nameOf: (record: T) => string;
  title: string;
  hint?: string;
  newLabel: string;
  columns: TableColumnsType<T>;
  /** The form's fields; `isNew` where a record is being made, `faults` the fields with an error as they were last saved or
   * refused. Absent: records can be looked at only. */
  form?: (isNew: boolean, form: FormInstance<Values>, faults: string[]) => ReactNode;
  blank?: Values;
  toValues?: (record: T) => Values;
  fromValues?: (values: Values, isNew: boolean) => Values;
  afterSave?: (result: T, isNew: boolean) => void;
  /** More buttons in a record's row. */
  actions?: (record: T) => ReactNode;
  deletable?: boolean;
  editable?: boolean;
  /** Replaces the question before deleting. */
  deleteText?: string;
  searchable?: boolean;
  headless?: boolean;
  drawerWidth?: number;
  /** Of findings about these records (`callbase/apps/configuration/findings.py`). */
  findingKind?: string;
}

/** A list of records with a drawer to make and change them: what most of administration is. */
export function ResourcePage<T extends object>(props: ResourceProps<T>) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const text = useErrorText();
  const queries = useQueryClient();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [edited, setEdited] = useState<T | "new" | null>(null);
  const [address, setAddress] = useSearchParams();
  const findings = useFindings(props.findingKind);
  const query = useQuery({
    queryKey: [props.path, "page", page, search],
    queryFn: () => api<Page<T> | T[]>(withQuery(props.path, { page, page_size: 50, search })),
    placeholderData: keepPreviousData,
  });
  const changed = () => {
    void queries.invalidateQueries({ queryKey: [props.path] });
    void queries.invalidateQueries({ queryKey: [FINDINGS] });
  };
  const items = query.data && asItems(query.data);
  const total = query.data ? (Array.isArray(query.data) ? query.data.length : query.data.total) : 0;

  // A finding's link names the record to be mended.
  const wanted = address.get("edit");
  const found = items?.find((it) => props.idOf(it) === wanted);
  useEffect(() => {
    if (!wanted || !found) return;
    setEdited(found);
    setAddress({}, { replace: true });
  }, [wanted, found, setAddress]);

  const askDelete = (record: T) =>
    modal.confirm({
      title: props.deleteText ?? t("common.delete_question"),
      content: <strong>{props.nameOf(record)}</strong>,
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await api(`${props.path}/${encodeURIComponent(props.idOf(record))}`, { method: "DELETE" });
          void message.success(t("common.deleted"));
          changed();
        } catch (error) {
          void message.error(text(error));
        }
      },
    });

  const editable = props.form !== undefined && props.editable !== false;
  const buttons: TableColumnsType<T>[number] = {
    title: "",
    key: "buttons",
    align: "right",
    width: 150,
    render: (_, record) => (
      <span className="nowrap">
        <FindingBadge findings={findings(props.idOf(record))} />
        {props.actions?.(record)}
        {editable && (
          <Tooltip title={t("common.edit")}>
            <Button
              type="text"
              icon={<EditOutlined />}
              aria-label={t("common.edit")}
              data-testid={`edit-${props.idOf(record)}`}
              onClick={() => setEdited(record)}
            />
          </Tooltip>
        )}
        {props.deletable !== false && (
          <Tooltip title={t("common.delete")}>
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={t("common.delete")}
              data-testid={`delete-${props.idOf(record)}`}
              onClick={() => askDelete(record)}
            />
          </Tooltip>
        )}
      </span>
    ),
  };

  const tools = (
    <>
      {props.searchable && (
        <Input.Search
          allowClear
          style={{ width: 240 }}
          placeholder={t("common.search")}
          onSearch={(value) => {
            setSearch(value.trim());
            setPage(1);
          }}
          data-testid="resource-search"
        />
      )}
      {props.form && (
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")} data-testid="resource-new">
          {props.newLabel}
        </Button>
      )}
    </>
  );

  return (
    <div className={props.headless ? "" : "page"}>
      {props.headless ? (
        <div className="panel-head">
          <h2 className="grow">{props.title}</h2>
          {tools}
        </div>
      ) : (
        <PageHead title={props.title} hint={props.hint}>
          {tools}
        </PageHead>
      )}
      <section className={props.headless ? "" : "panel"} style={{ overflow: "hidden" }}>
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<T>
            rowKey={props.idOf}
            size="middle"
            loading={query.isPending}
            columns={[...props.columns, buttons]}
            dataSource={items}
            scroll={{ x: "max-content" }}
            data-testid="resource-table"
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("common.nothing_yet")} /> }}
            pagination={
              total > 50
                ? { current: page, pageSize: 50, total, onChange: setPage, style: { padding: "0 16px" } }
                : false
            }
          />
        )}
      </section>
      {edited !== null && (
        <Editor
          key={edited === "new" ? "new" : props.idOf(edited)}
          {...props}
          record={edited === "new" ? null : edited}
          findings={edited === "new" ? [] : findings(props.idOf(edited))}
          close={() => setEdited(null)}
          saved={(result) => {
            void message.success(t("common.saved"));
            changed();
            props.afterSave?.(result, edited === "new");
            setEdited(null);
          }}
        />
      )}
    </div>
  );
}

interface EditorProps<T extends object> extends ResourceProps<T> {
  findings: Finding[];
  record: T | null;
  close: () => void;
  saved: (result: T) => void;
}

function Editor<T extends object>(props: EditorProps<T>) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const text = useErrorText();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [faults, setFaults] = useState<string[]>([]);
  useUnsavedGuard(dirty);
  const { record } = props;
  const isNew = record === null;
  const initial = record === null ? props.blank : (props.toValues?.(record) ?? record);

  const save = async (values: Values) => {
    setBusy(true);
    try {
      const body = props.fromValues?.(values, isNew) ?? values;
      const target = record === null ? props.path : `${props.path}/${encodeURIComponent(props.idOf(record))}`;
      const result = await api<T>(target, { method: isNew ? "POST" : "PATCH", body });
      setDirty(false);
      props.saved(result);
    } catch (error) {
      if (error instanceof ApiError) setFaults(Object.keys(error.fields));
      if (!(error instanceof ApiError) || !showOnFields(form, error)) void message.error(text(error));
    } finally {
      setBusy(false);
    }
  };

  const close = () => {
    if (!dirty) return props.close();
    modal.confirm({
      title: t("admin.unsaved"),
      okText: t("admin.discard"),
      okButtonProps: { danger: true },
      cancelText: t("admin.go_on"),
      onOk: props.close,
    });
  };

  return (
    <Drawer
      open
      size={props.drawerWidth ?? 480}
      title={record === null ? props.newLabel : props.nameOf(record)}
      onClose={close}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => form.submit()} data-testid="resource-save">
            {t("common.save")}
          </Button>
        </div>
      }
    >
      <FindingList findings={props.findings} />
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={initial}
        onValuesChange={() => setDirty(true)}
        onFinishFailed={({ errorFields }) => setFaults(errorFields.map((it) => it.name.join(".")))}
        onFinish={(values) => void save(values)}
        scrollToFirstError
      >
        {props.form?.(isNew, form, faults)}
      </Form>
    </Drawer>
  );
}

/** Puts the server's words beside the fields they are about. False where there is no such field. */
function showOnFields(form: FormInstance<Values>, error: ApiError): boolean {
  const fields = form.getFieldsError().map((it) => it.name);
  const byField = Object.entries(error.field ? { [error.field]: [error.message], ...error.fields } : error.fields);
  const placed = byField.map(([field, errors]) => ({ name: fieldAt(field, fields), errors }));
  const shown = placed.filter((it) => it.name !== null) as { name: (string | number)[]; errors: string[] }[];
  form.setFields(shown.map(({ name, errors }) => ({ name: name as unknown as string, errors })));
  if (shown[0]) form.scrollToField(shown[0].name, { block: "center" });
  return shown.length > 0 && shown.length === byField.length;
}
