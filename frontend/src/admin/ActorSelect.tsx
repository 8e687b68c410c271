import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import { usePermission } from "../api/session";
import type { Page, PersonRecord } from "../api/types";

/** Who did it: one of the people offered, or what is typed, which finds people and programs by name. */
export function ActorSelect({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (actor: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  const [typed, setTyped] = useState("");
  const people = useQuery({
    queryKey: ["/api/people", "actor", typed],
    queryFn: () => api<Page<PersonRecord>>(withQuery("/api/people", { search: typed, page_size: 20 })),
    enabled: may("people.manage"),
    staleTime: 30_000,
  }).data?.items;
  const chosen = useQuery({
    queryKey: ["/api/people", value],
    queryFn: () => api<PersonRecord>(`/api/people/${value}`),
    enabled: may("people.manage") && isId(value) && people !== undefined && !people.some((it) => it.id === value),
    staleTime: 30_000,
  }).data;
  return (
    <Select<string>
      allowClear
      showSearch={{ filterOption: false, onSearch: (text) => setTyped(text.trim()) }}
      style={{ width: 220 }}
      placeholder={t("audit.actor")}
      notFoundContent={null}
      value={value}
      options={[
        ...(typed ? [{ value: typed, label: typed }] : []),
        ...[...(people ?? []), ...(chosen ? [chosen] : [])].map((it) => ({
          value: it.id,
          label: t("people.with_login", { name: it.name, login: it.login }),
        })),
      ]}
      onChange={(actor?: string) => {
        setTyped("");
        onChange(actor);
      }}
      data-testid="filter-actor"
    />
  );
}

const isId = (text = ""): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);
