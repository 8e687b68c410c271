import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Named } from "../api/types";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { useAsk } from "../ui/useAsk";
import { moved } from "../wall/measures";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage, RowButton } from "./ResourcePage";
import { useList } from "./useList";
import "./admin.css";

interface Choice extends Named {
  position: number;
}

/** What agents choose from: the outcomes of calls, the reasons for not being ready. */
export function ChoicesPage() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t("menu.choices")} />
      <div className="choices">
        <Choices path="/api/outcomes" title={t("choices.outcomes")} newLabel={t("choices.new_outcome")} />
        <Choices path="/api/not-ready-reasons" title={t("choices.reasons")} newLabel={t("choices.new_reason")} />
      </div>
    </div>
  );
}

function Choices({ path, title, newLabel }: { path: string; title: string; newLabel: string }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queries = useQueryClient();
  const { run, busy } = useAsk();
  const all = useList<Choice>(path);
  const move = (choice: Choice, by: number) =>
    run("move", async () => {
      const from = all.findIndex((it) => it.id === choice.id);
      for (const [position, it] of moved(all, from, from + by).entries()) {
        if (it.position !== position)
          await api(`${path}/${encodeURIComponent(it.id)}`, { method: "PATCH", body: { position } });
      }
      await queries.invalidateQueries({ queryKey: [path] });
    });
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <ResourcePage<Choice>
        headless
        path={path}
        idOf={(it) => it.id}
        nameOf={(it) => name(it.name, it.id)}
        title={title}
        newLabel={newLabel}
        blank={{ position: all.length }}
        actions={(it) => (
          <>
            <RowButton
              icon={<ArrowUpOutlined />}
              label={t("choices.up")}
              handle={`up-${it.id}`}
              disabled={busy !== null || all[0]?.id === it.id}
              onClick={() => void move(it, -1)}
            />
            <RowButton
              icon={<ArrowDownOutlined />}
              label={t("choices.down")}
              handle={`down-${it.id}`}
              disabled={busy !== null || all.at(-1)?.id === it.id}
              onClick={() => void move(it, 1)}
            />
          </>
        )}
        columns={[
          { title: t("field.name"), render: (_, it) => <strong>{name(it.name, it.id)}</strong> },
          { title: t("field.id"), key: "id", sorter: true, render: (_, it) => <span className="faint">{it.id}</span> },
        ]}
        form={(isNew) => (
          <>
            <IdField isNew={isNew} />
            <LocalizedField name="name" label={t("field.name")} />
          </>
        )}
      />
    </section>
  );
}
