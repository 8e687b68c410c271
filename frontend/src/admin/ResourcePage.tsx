import { DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, type FormInstance, Table, type TableColumnsType, Tooltip } from "antd";
import { type MouseEvent, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, type Query, withQuery } from "../api/client";
import { useErrorText } from "../api/errors";
import { asItems } from "../api/items";
import type { Page } from "../api/types";
import { Nothing } from "../ui/Nothing";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";
import { SearchBox } from "../ui/SearchBox";
import { sortAsked, sortedColumns } from "../ui/sorting";
import { useListAddress } from "../ui/useListAddress";
import { useDraft } from "./draft";
import { Editor, type Values } from "./Editor";
import { FindingBadge } from "./FindingMarks";
import { FINDINGS, useFindings } from "./useFindings";

export type { Values } from "./Editor";

const PAGE_SIZE = 50;

/** Goes from a form to another page with the record as it is typed, saved or not; "back" finds the form as it was left. Stays
 * where a field is at fault. */
export type Leave<T> = (to: string, stateOf: (asTyped: T) => object) => Promise<void>;

/** How a record is taken away, where it is not plainly deleted. `question` says what becomes of it. */
export interface Removal {
  icon?: ReactNode;
  verb: string;
  title: string;
  hint: ReactNode;
  done: string;
  /** What the server is told with it, asked for when it is done. */
  query?: () => Query;
}

export interface ResourceProps<T extends object> {
  /** Where the list lives; a record is at `<path>/<id>`. */
  path: string;
  idOf: (record: T) => string;
  /** What a record is called when asking whether to delete it. */
  nameOf: (record: T) => string;
  title: string;
  hint?: string;
  newLabel: string;
  /** Those with `sorter: true` are sorted by the server, which knows the field by the column's `key`. */
  columns: TableColumnsType<T>;
  /** The form's fields; `isNew` where a record is being made, `faults` the fields with an error as they were last saved or
   * refused. Absent: records can be looked at only. */
  form?: (isNew: boolean, form: FormInstance<Values>, faults: string[]) => ReactNode;
  blank?: Values;
  toValues?: (record: T) => Values;
  fromValues?: (values: Values, isNew: boolean) => Values;
  /** The field whose change makes parts of the record anew, so that all fields are sent with it. */
  renewedBy?: string;
  /** What else may be done with a record from its form. */
  besides?: (leave: Leave<T>) => ReactNode;
  afterSave?: (result: T, isNew: boolean) => void;
  /** What a click on a row opens, where that is not the form. */
  open?: (record: T) => void;
  /** More buttons in a record's row. */
  actions?: (record: T) => ReactNode;
  deletable?: boolean | ((record: T) => boolean);
  editable?: boolean;
  removal?: (record: T) => Removal;
  /** What goes with a record that is deleted. */
  deleteHint?: string;
  /** What the list is narrowed by besides the search, and the controls for it. */
  narrowed?: Query;
  filters?: ReactNode;
  searchHint?: string;
  headless?: boolean;
  drawerWidth?: number;
  /** Of findings about these records (`callbase/apps/configuration/findings.py`). */
  findingKind?: string;
}

/** A list of records with a drawer to make and change them: what most of administration is. */
export function ResourcePage<T extends object>(props: ResourceProps<T>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { page, search, sort, set } = useListAddress(props.headless ? `${props.path.split("/").pop()}.` : "");
  const [edited, setEdited] = useState<T | "new" | null>(null);
  const query = useQuery({
    queryKey: [props.path, "page", page, search, sort, props.narrowed],
    queryFn: () =>
      api<Page<T> | T[]>(withQuery(props.path, { ...props.narrowed, page, page_size: PAGE_SIZE, search, sort })),
    placeholderData: keepPreviousData,
  });
  const changed = async () => {
    void queries.invalidateQueries({ queryKey: [FINDINGS] });
    await queries.invalidateQueries({ queryKey: [props.path] });
  };
  const askRemove = useRemoval(props, changed);
  const items = query.data && asItems(query.data);
  const total = query.data ? (Array.isArray(query.data) ? query.data.length : query.data.total) : 0;
  const editable = props.form !== undefined && props.editable !== false;
  const findings = useFindings(props.findingKind);
  useEditAsked(items, props.idOf, setEdited);
  const [draft, forget] = useDraft();
  const left = edited === null && draft !== null && items?.find((it) => props.idOf(it) === draft.id);
  useEffect(() => {
    if (left) setEdited(left);
  }, [left]);
  const close = () => {
    forget();
    setEdited(null);
  };

  const buttons: TableColumnsType<T>[number] = {
    title: <span className="unseen">{t("common.actions")}</span>,
    key: "buttons",
    align: "right",
    fixed: "right",
    width: props.actions || props.findingKind ? 148 : editable ? 88 : 56,
    render: (_, record) => (
      <span className="nowrap">
        <FindingBadge findings={findings(props.idOf(record))} />
        {props.actions?.(record)}
        {editable && (
          <RowButton
            icon={<EditOutlined />}
            label={t("common.edit")}
            handle={`edit-${props.idOf(record)}`}
            onClick={() => setEdited(record)}
          />
        )}
        {mayDelete(props, record) && (
          <RowButton
            danger
            icon={props.removal?.(record).icon ?? <DeleteOutlined />}
            label={props.removal?.(record).verb ?? t("common.delete")}
            handle={`delete-${props.idOf(record)}`}
            onClick={() => askRemove(record)}
          />
        )}
      </span>
    ),
  };

  const newButton = props.form && (
    <Button
      type={props.headless ? "default" : "primary"}
      icon={<PlusOutlined />}
      onClick={() => setEdited("new")}
      data-testid="resource-new"
    >
      {props.newLabel}
    </Button>
  );
  const searchBox = !props.headless && (
    <SearchBox
      value={search}
      search={(text) => set({ search: text })}
      placeholder={props.searchHint}
      handle="resource-search"
    />
  );
  const empty = search ? (
    <Nothing text={t("common.nothing_found", { text: search })}>
      <Button onClick={() => set({ search: undefined })}>{t("common.clear_search")}</Button>
    </Nothing>
  ) : (
    <Nothing text={t("common.nothing_yet")} />
  );

  return (
    <div className={props.headless ? "" : "page"}>
      {props.headless ? (
        <div className="panel-head">
          <h2 className="grow">{props.title}</h2>
          {newButton}
        </div>
      ) : (
        <PageHead title={props.title} hint={props.hint}>
          {props.filters}
          {searchBox}
          {newButton}
        </PageHead>
      )}
      <section className={props.headless ? "" : "panel"} style={{ overflow: "hidden" }}>
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<T>
            rowKey={props.idOf}
            size="middle"
            className={editable ? "clickable-rows" : ""}
            loading={query.isPending}
            columns={[...sortedColumns(props.columns, sort), buttons]}
            dataSource={items}
            scroll={{ x: "max-content" }}
            data-testid="resource-table"
            locale={{ emptyText: query.isPending ? <div className="nothing" /> : empty }}
            onRow={(record) => ({
              onClick: (event) => editable && !onControl(event) && (props.open ?? setEdited)(record),
            })}
            onChange={(_pagination, _filters, sorter, { action }) => {
              if (action === "sort") set({ sort: sortAsked(sorter) });
            }}
            pagination={
              total > PAGE_SIZE && {
                current: page,
                pageSize: PAGE_SIZE,
                total,
                onChange: (to) => set({ page: String(to) }),
                showSizeChanger: false,
                showTotal: (count) => t("common.total", { count }),
                style: { padding: "0 16px" },
              }
            }
          />
        )}
      </section>
      {edited !== null && (
        <Editor
          key={edited === "new" ? "new" : props.idOf(edited)}
          resource={props}
          record={edited === "new" ? null : edited}
          draft={edited !== "new" && props.idOf(edited) === draft?.id ? draft : null}
          findings={edited === "new" ? [] : findings(props.idOf(edited))}
          close={close}
          saved={async (result) => {
            void message.success(t("common.saved"));
            await changed(); // opened again at once, it is as it was saved
            props.afterSave?.(result, edited === "new");
            close();
          }}
        />
      )}
    </div>
  );
}

/** Opens the record a finding's link names (`?edit=`), once it is there. */
function useEditAsked<T>(items: T[] | undefined, idOf: (record: T) => string, open: (record: T) => void): void {
  const [address, setAddress] = useSearchParams();
  const wanted = address.get("edit");
  const found = items?.find((it) => idOf(it) === wanted);
  useEffect(() => {
    if (!wanted || !found) return;
    open(found);
    setAddress({}, { replace: true });
  }, [wanted, found, open, setAddress]);
}

function mayDelete<T extends object>({ deletable }: ResourceProps<T>, record: T): boolean {
  return typeof deletable === "function" ? deletable(record) : deletable !== false;
}

/** A small button in a list's row, told apart by its icon; its name is in the tooltip. */
export function RowButton({
  icon,
  label,
  onClick,
  handle,
  danger,
  disabled,
}: {
  icon: ReactNode;
  label: string;
  onClick: () => void;
  handle?: string;
  danger?: boolean;
  disabled?: boolean;
}) {
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        size="small"
        className={danger ? "danger" : ""}
        icon={icon}
        aria-label={label}
        data-testid={handle}
        disabled={disabled}
        onClick={onClick}
      />
    </Tooltip>
  );
}

/** Whether a click on a row was meant for something in it, or marked text. */
function onControl(event: MouseEvent<HTMLElement>): boolean {
  const target = event.target as HTMLElement;
  return target.closest("button, a, audio, .ant-upload") !== null || Boolean(window.getSelection()?.toString());
}

function useRemoval<T extends object>(props: ResourceProps<T>, changed: () => Promise<void>): (record: T) => void {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const text = useErrorText();
  return (record) => {
    const removal: Removal = props.removal?.(record) ?? {
      title: t("common.delete_question", { name: props.nameOf(record) }),
      hint: props.deleteHint ?? t("common.delete_for_good"),
      verb: t("common.delete"),
      done: t("common.deleted"),
    };
    modal.confirm({
      title: removal.title,
      content: removal.hint,
      okText: removal.verb,
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: async () => {
        try {
          const path = `${props.path}/${encodeURIComponent(props.idOf(record))}`;
          await api(withQuery(path, removal.query?.()), { method: "DELETE" });
          void message.success(removal.done);
          void changed();
        } catch (error) {
          void message.error(text(error));
        }
      },
    });
  };
}
