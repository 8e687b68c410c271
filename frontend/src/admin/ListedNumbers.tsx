import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Empty, Input, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api, withQuery } from "../api/client";
import { useErrorText } from "../api/errors";
import type { CallerListRecord, ListedNumber } from "../api/rules";
import type { Page } from "../api/types";
import { formatNumber, useFormat } from "../ui/format";
import { useFocusBack } from "../ui/useFocusBack";
import { ImportNumbers } from "./ImportNumbers";
import { RemoveButton } from "./RemoveButton";
import { FINDINGS } from "./useFindings";

/** A list's numbers: search, add, remove, in and out as CSV. */
export function ListedNumbers({ list, close }: { list: CallerListRecord; close: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const { name, day } = useFormat();
  const { message } = App.useApp();
  const text = useErrorText();
  const queries = useQueryClient();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [typed, setTyped] = useState("");
  const [note, setNote] = useState("");
  const [faults, setFaults] = useState<string[]>([]);
  const [importing, setImporting] = useState(false);
  const path = `/api/caller-lists/${encodeURIComponent(list.id)}`;
  const query = useQuery({
    queryKey: [path, page, search],
    queryFn: () => api<Page<ListedNumber>>(withQuery(`${path}/numbers`, { page, page_size: 50, search })),
    placeholderData: keepPreviousData,
  });
  const changed = () => {
    void queries.invalidateQueries({ queryKey: [path] });
    void queries.invalidateQueries({ queryKey: ["/api/caller-lists"] });
    void queries.invalidateQueries({ queryKey: [FINDINGS] });
  };
  const attempt = async (work: () => Promise<{ added: number; already: number }>) => {
    setFaults([]);
    try {
      const { added, already } = await work();
      void message.success(t("callers.added", { added, already }));
      setTyped("");
      changed();
    } catch (error) {
      const fields = error instanceof ApiError ? Object.entries(error.fields) : [];
      setFaults(fields.map(([, told]) => told.join(" ")));
      if (fields.length === 0) void message.error(text(error));
    }
  };
  const add = () =>
    attempt(() =>
      api(`${path}/numbers`, {
        method: "POST",
        body: {
          numbers: typed
            .split(/[\n,;，；]+/)
            .map((it) => it.trim())
            .filter(Boolean),
          note,
        },
      }),
    );
  const remove = async (number: string) => {
    try {
      await api(`${path}/numbers/${encodeURIComponent(number)}`, { method: "DELETE" });
      changed();
    } catch (error) {
      void message.error(text(error));
    }
  };
  return (
    <Drawer
      open
      size={640}
      title={`${name(list.name, list.id)} · ${t("callers.numbers")}`}
      onClose={close}
      extra={
        <div className="row">
          <Button icon={<UploadOutlined />} onClick={() => setImporting(true)} data-testid="listed-import">
            {t("callers.import")}
          </Button>
          <Button icon={<DownloadOutlined />} href={`${path}/export.csv`} download>
            {t("callers.export")}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <div className="listed-add">
          <Input.TextArea
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={typed}
            placeholder={t("callers.numbers_hint")}
            onChange={(event) => setTyped(event.target.value)}
            data-testid="listed-numbers"
          />
          <div className="row">
            <Input value={note} placeholder={t("field.note")} onChange={(event) => setNote(event.target.value)} />
            <Button type="primary" disabled={!typed.trim()} onClick={() => void add()} data-testid="listed-add">
              {t("callers.add")}
            </Button>
          </div>
          {faults.length > 0 && (
            <ul className="listed-faults" role="alert">
              {faults.map((it) => (
                <li key={it}>{it}</li>
              ))}
            </ul>
          )}
        </div>
        <Input.Search
          allowClear
          placeholder={t("common.search")}
          onSearch={(value) => {
            setSearch(value.trim());
            setPage(1);
          }}
        />
        <Table<ListedNumber>
          rowKey="number"
          size="small"
          loading={query.isPending}
          dataSource={query.data?.items}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("callers.no_numbers")} /> }}
          pagination={
            (query.data?.total ?? 0) > 50
              ? { current: page, pageSize: 50, total: query.data?.total, onChange: setPage, showSizeChanger: false }
              : false
          }
          columns={[
            { title: t("field.number"), render: (_, it) => <span className="num">{formatNumber(it.number)}</span> },
            { title: t("field.note"), dataIndex: "note", className: "listed-note" },
            { title: t("callers.since"), render: (_, it) => <span className="num">{day(it.added_at)}</span> },
            {
              align: "right",
              render: (_, it) => <RemoveButton small onClick={() => void remove(it.number)} />,
            },
          ]}
        />
      </div>
      {importing && (
        <ImportNumbers
          path={`${path}/import`}
          list={name(list.name, list.id)}
          close={() => setImporting(false)}
          imported={changed}
        />
      )}
    </Drawer>
  );
}
