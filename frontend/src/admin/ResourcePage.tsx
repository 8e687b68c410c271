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
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api, withQuery } from "../api/client";
import { useErrorText } from "../api/errors";
import { asItems } from "../api/items";
import type { Page } from "../api/types";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";

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
  /** The form's fields; `isNew` where a record is being made. Absent: records can be looked at only. */
  form?: (isNew: boolean, form: FormInstance<Values>) => ReactNode;
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
  const query = useQuery({
    queryKey: [props.path, "page", page, search],
    queryFn: () => api<Page<T> | T[]>(withQuery(props.path, { page, page_size: 50, search })),
    placeholderData: keepPreviousData,
  });
  const changed = () => void queries.invalidateQueries({ queryKey: [props.path] });
  const items = query.data && asItems(query.data);
  const total = query.data ? (Array.isArray(query.data) ? query.data.length : query.data.total) : 0;

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
    width: 120,
    render: (_, record) => (
      <span className="nowrap">
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
  record: T | null;
  close: () => void;
  saved: (result: T) => void;
}

function Editor<T extends object>(props: EditorProps<T>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const text = useErrorText();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const { record } = props;
  const isNew = record === null;
  const initial = record === null ? props.blank : (props.toValues?.(record) ?? record);

  const save = async (values: Values) => {
    setBusy(true);
    try {
      const body = props.fromValues?.(values, isNew) ?? values;
      const target = record === null ? props.path : `${props.path}/${encodeURIComponent(props.idOf(record))}`;
      props.saved(await api<T>(target, { method: isNew ? "POST" : "PATCH", body }));
    } catch (error) {
      if (!(error instanceof ApiError) || !showOnFields(form, error)) void message.error(text(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Drawer
      open
      size={props.drawerWidth ?? 480}
      title={record === null ? props.newLabel : props.nameOf(record)}
      onClose={props.close}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button onClick={props.close}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => form.submit()} data-testid="resource-save">
            {t("common.save")}
          </Button>
        </div>
      }
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(values) => void save(values)}
        scrollToFirstError
      >
        {props.form?.(isNew, form)}
      </Form>
    </Drawer>
  );
}

/** Puts the server's words beside the fields they are about. False where there is no such field. */
function showOnFields(form: FormInstance<Values>, error: ApiError): boolean {
  const known = Object.keys(form.getFieldsValue(true));
  const byField = Object.entries(error.field ? { [error.field]: [error.message], ...error.fields } : error.fields);
  const shown = byField.filter(([field]) => known.includes(field.split(".")[0] ?? ""));
  form.setFields(shown.map(([field, errors]) => ({ name: field.split(".") as unknown as string, errors })));
  return shown.length > 0 && shown.length === byField.length;
}
