import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DatePicker, Drawer, Select, Table } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, withQuery } from "../api/client";
import type { AuditItem, Page } from "../api/types";
import english from "../i18n/en-US.json";
import { useRuleWords } from "../rules/useRuleWords";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { Failure } from "../ui/QueryView";
import { ActorSelect } from "./ActorSelect";
import { type AuditWords, told } from "./audit-words";
import "./admin.css";

/** What the server narrows by; it lives in the address, so that who looks at what was changed comes back to the same list. */
const FILTERS = ["actor", "action", "object", "from", "to"] as const;
type Filter = Partial<Record<(typeof FILTERS)[number], string>>;

/** Who changed what, when, from where. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const { day, clock } = useFormat();
  const [parameters, setParameters] = useSearchParams();
  const page = Number(parameters.get("page")) || 1;
  const filter: Filter = Object.fromEntries(FILTERS.map((it) => [it, parameters.get(it) ?? undefined]));
  const [opened, setOpened] = useState<AuditItem | null>(null);
  const query = useQuery({
    queryKey: ["/api/audit", page, filter],
    queryFn: () => api<Page<AuditItem>>(withQuery("/api/audit", { ...filter, page, page_size: 50 })),
    placeholderData: keepPreviousData,
  });
  const narrow = (change: Filter & { page?: string }) =>
    setParameters((old) => {
      const next = new URLSearchParams(old);
      for (const [key, value] of Object.entries({ page: undefined, ...change })) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      return next;
    });
  const actor = (it: AuditItem) => it.actor_name || (it.actor === "system" ? t("audit.system") : it.actor);
  const word = (group: string, id: string) => (i18n.exists(`${group}.${id}`) ? t(`${group}.${id}`) : id);
  return (
    <div className="page">
      <PageHead title={t("menu.audit")} hint={t("audit.hint")} />
      <section className="panel">
        <div className="filters row" style={{ padding: 14, flexWrap: "wrap" }}>
          <ActorSelect value={filter.actor} onChange={(actor) => narrow({ actor })} />
          <Select<string>
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            style={{ width: 200 }}
            placeholder={t("audit.action")}
            options={ACTIONS.map((it) => ({
              value: it.replace("sign_in_", "sign_in."),
              label: t(`audit_action.${it}`),
            }))}
            value={filter.action}
            onChange={(action?: string) => narrow({ action })}
            data-testid="filter-action"
          />
          <ObjectSelect value={filter.object} onChange={(object) => narrow({ object })} />
          <DatePicker.RangePicker
            value={filter.from && filter.to ? [dayjs(filter.from), dayjs(filter.to)] : null}
            onChange={(value: [dayjs.Dayjs | null, dayjs.Dayjs | null] | null) =>
              narrow({ from: value?.[0]?.startOf("day").toISOString(), to: value?.[1]?.endOf("day").toISOString() })
            }
          />
        </div>
        {query.error && !query.data ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : (
          <Table<AuditItem>
            rowKey={(it) => `${it.at} ${it.actor} ${it.object_type} ${it.object_id} ${it.action}`}
            size="middle"
            className="clickable-rows"
            onRow={(it) => ({ onClick: () => setOpened(it) })}
            loading={query.isPending}
            dataSource={query.data?.items}
            scroll={{ x: 900 }}
            pagination={{
              current: page,
              pageSize: 50,
              total: query.data?.total ?? 0,
              onChange: (to) => narrow({ page: String(to) }),
              showSizeChanger: false,
              style: { padding: "0 16px" },
            }}
            columns={[
              {
                title: t("audit.at"),
                width: 170,
                render: (_, it) => (
                  <span className="num nowrap">
                    {day(it.at)} {clock(it.at)}
                  </span>
                ),
              },
              { title: t("audit.actor"), render: (_, it) => <strong>{actor(it)}</strong> },
              {
                title: t("audit.action"),
                className: "nowrap",
                render: (_, it) => word("audit_action", actionKey(it.action)),
              },
              {
                title: t("audit.object"),
                render: (_, it) => (
                  <>
                    {word("audit_object", it.object_type)} <AuditObject entry={it} />
                  </>
                ),
              },
              { title: t("audit.changes"), render: (_, it) => <Changes of={it.object_type} changes={it.changes} /> },
              { title: "IP", dataIndex: "ip", className: "num faint nowrap" },
            ]}
          />
        )}
      </section>
      {opened && (
        <Drawer
          open
          size={620}
          title={`${word("audit_action", actionKey(opened.action))} · ${word("audit_object", opened.object_type)}`}
          onClose={() => setOpened(null)}
        >
          <p className="muted">
            {day(opened.at)} {clock(opened.at)} · {actor(opened)} · <AuditObject entry={opened} />
          </p>
          <Changes of={opened.object_type} changes={opened.changes} whole />
        </Drawer>
      )}
    </div>
  );
}

/** Every action and every kind of object has a word, which tests/web/test_audit.py sees to. */
const ACTIONS = Object.keys(english.audit_action);
const OBJECTS = Object.keys(english.audit_object);

/** To what it was done: a kind, chosen by its word, or what is typed, a name or an id. */
function ObjectSelect({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (object: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const kinds = OBJECTS.map((it) => ({ value: it, label: t(`audit_object.${it}`) }));
  return (
    <Select<string>
      allowClear
      showSearch={{ filterOption: false, onSearch: (text) => setTyped(text.trim()) }}
      style={{ width: 210 }}
      placeholder={t("audit.object_or_name")}
      notFoundContent={null}
      value={value}
      options={[
        ...kinds.filter((it) => it.label.toLowerCase().includes(typed.toLowerCase())),
        ...(typed ? [{ value: typed, label: typed }] : []),
      ]}
      onChange={(object?: string) => {
        setTyped("");
        onChange(object);
      }}
      data-testid="filter-object"
    />
  );
}

/** Where an object is to be seen; those that open at a record of their list are asked for by `?edit=`. */
const PAGES: Record<string, (id: string) => string> = {
  interaction: (id) => `/interactions/${id}`,
  person: (id) => `/admin/people?edit=${id}`,
  queue: (id) => `/admin/queues?edit=${id}`,
  did: (id) => `/admin/dids?edit=${id}`,
  skill: (id) => `/admin/skills?edit=${id}`,
  calendar: (id) => `/admin/calendars?edit=${id}`,
  trunk: (id) => `/admin/trunks?edit=${id}`,
  prompt: (id) => `/admin/prompts?edit=${id}`,
  music: (id) => `/admin/music?edit=${id}`,
};

function AuditObject({ entry }: { entry: AuditItem }) {
  const label = (
    <span className="nowrap" title={entry.object_id}>
      {entry.object_name || shortId(entry.object_id)}
    </span>
  );
  const page = PAGES[entry.object_type];
  if (!page || !entry.object_id || entry.action.endsWith(".delete")) return label;
  return (
    <Link to={page(encodeURIComponent(entry.object_id))} onClick={(event) => event.stopPropagation()}>
      {label}
    </Link>
  );
}

/** `queue.update` is an update whatever the object, which has a column of its own; signing in has kinds of its own. */
function actionKey(action: string): string {
  return action.startsWith("sign_in") ? action.replace(".", "_") : action.replace(/^.*\./, "");
}

/** The first part of a UUID is enough to tell rows apart; the whole stands in the tooltip. */
const shortId = (id: string): string => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? id.slice(0, 8) : id);

const SHOWN_FIELDS = 3;

/** The form in which a kind of object is edited: its texts call the fields what whoever changed them saw. */
const FORMS: Record<string, string> = {
  person: "people",
  queue: "queues",
  did: "dids",
  trunk: "trunks",
  trunk_group: "trunk_groups",
  token: "tokens",
  role: "roles",
  prompt: "prompts",
  calendar: "calendars",
  caller_list: "callers",
};

/** What a field is called, and a value that is a code, where there is a word for it. */
function useAuditWords(objectType: string): AuditWords {
  const { t, i18n } = useTranslation();
  const rules = useRuleWords();
  const word = (keys: string[]): string | undefined => {
    const key = keys.find((it) => typeof i18n.getResource(i18n.language, "translation", it) === "string");
    return key && t(key);
  };
  return {
    ...rules,
    field: (name) => {
      const bare = name.replace(/_s$/, "");
      return word([`audit_field.${bare}`, `${FORMS[objectType]}.${bare}`, `field.${bare}`]) ?? name;
    },
    code: (field, code) => {
      const prefix = VALUE_WORDS[field];
      return (prefix && word([prefix + code.replace(".", "_")])) ?? code;
    },
  };
}

/** Under what the words for a field's codes stand in the catalogues. */
const VALUE_WORDS: Record<string, string> = {
  language: "language.",
  mode: "supervision.",
  theme: "settings.theme_",
  scopes: "permission.",
  permissions: "permission.",
  scope: "roles.reach.",
  calls: "tokens.reach.",
  traffic: "simulation.calls_",
  outside: "people.outside_",
  what: "queues.step.",
  kind: "callers.kind.",
};

/** What was changed: in a row of the list the first of it, each in one line; all of it in the drawer. */
function Changes({ of, changes, whole = false }: { of: string; changes: AuditItem["changes"]; whole?: boolean }) {
  const { t } = useTranslation();
  const words = useAuditWords(of);
  const all = Object.entries(changes ?? {}).flatMap(([field, change]) =>
    Array.isArray(change) ? told(field, change[0], change[1], words) : told(field, undefined, change, words),
  );
  const lines = whole ? all : all.slice(0, SHOWN_FIELDS);
  return (
    <div className={whole ? "audit-changes audit-whole" : "audit-changes"}>
      {lines.map(({ path, before, after }) => (
        <div key={path.join()}>
          <span className="muted">{t("audit.field", { field: path.join(" › ") })}</span>
          {before !== "" && (
            <>
              <del>{before}</del> →{" "}
            </>
          )}
          <ins>{after || "∅"}</ins>
        </div>
      ))}
      {all.length > lines.length && (
        <span className="faint">{t("audit.more", { count: all.length - lines.length })}</span>
      )}
    </div>
  );
}
