import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Form, Switch, Tag } from "antd";
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
  /** Of a not-ready reason: reports count it as work. */
  productive?: boolean;
}

/** What agents choose from: the outcomes of calls, the reasons for not being ready. */
export function ChoicesPage() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t("menu.choices")} />
      <div className="choices">
        <Choices path="/api/outcomes" title={t("choices.outcomes")} newLabel={t("choices.new_outcome")} />
        <div className="stack">
          <Choices
            path="/api/not-ready-reasons"
            title={t("choices.reasons")}
            newLabel={t("choices.new_reason")}
            productive
          />
          <AutomaticReasons />
        </div>
      </div>
    </div>
  );
}

interface ChoicesProps {
  path: string;
  title: string;
  newLabel: string;
  /** They may count as work. */
  productive?: boolean;
}

function Choices({ path, title, newLabel, productive = false }: ChoicesProps) {
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
        blank={{ position: all.length, ...(productive && { productive: false }) }}
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
          {
            title: t("choices.productive"),
            hidden: !productive,
            render: (_, it) => it.productive && <Tag color="green">{t("choices.is_productive")}</Tag>,
          },
        ]}
        form={(isNew) => (
          <>
            <IdField isNew={isNew} />
            <LocalizedField name="name" label={t("field.name")} />
            {productive && (
              <Form.Item
                name="productive"
                label={t("choices.productive")}
                extra={t("choices.productive_hint")}
                valuePropName="checked"
              >
                <Switch data-testid="field-productive" />
              </Form.Item>
            )}
          </>
        )}
      />
    </section>
  );
}

/** As `callbase/core/facts.py: AutomaticReason`. */
const AUTOMATIC = [
  "signed_in",
  "no_answer",
  "rejected",
  "busy",
  "unreachable",
  "no_line",
  "device_lost",
  "console_lost",
  "forced",
] as const;

/** What the platform itself says; there is nothing to choose or change in it. */
function AutomaticReasons() {
  const { t } = useTranslation();
  return (
    <section className="panel" data-testid="automatic-reasons">
      <div className="panel-head">
        <h2>{t("choices.automatic")}</h2>
      </div>
      <p className="faint small automatic-hint">{t("choices.automatic_hint")}</p>
      <dl className="automatic">
        {AUTOMATIC.map((it) => (
          <div key={it}>
            <dt>{t(`reason.${it}`)}</dt>
            <dd>{t(`choices.when.${it}`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
