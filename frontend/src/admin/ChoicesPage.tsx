import { useTranslation } from "react-i18next";
import type { Named } from "../api/types";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { IdField, LocalizedField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import "./admin.css";

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
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <ResourcePage<Named>
        headless
        path={path}
        idOf={(it) => it.id}
        nameOf={(it) => name(it.name, it.id)}
        title={title}
        newLabel={newLabel}
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
