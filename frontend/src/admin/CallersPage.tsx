import { UnorderedListOutlined } from "@ant-design/icons";
import { Form, Segmented, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallerListRecord, CustomerLevelRecord } from "../api/rules";
import { TargetPicker } from "../rules/TargetPicker";
import { targetSummary, wholeTarget } from "../rules/targets";
import { useRuleWords } from "../rules/useRuleWords";
import { useFormat } from "../ui/format";
import { PageHead } from "../ui/PageHead";
import { IdField, LocalizedField, NumberField } from "./fields";
import { ListedNumbers } from "./ListedNumbers";
import { ResourcePage, RowButton } from "./ResourcePage";
import "./admin.css";

/** Callers known beforehand: black and red lists, and what a customer's level is worth. */
export function CallersPage() {
  const { t } = useTranslation();
  return (
    <div className="page stack">
      <PageHead title={t("menu.callers")} hint={t("callers.hint")} />
      <Lists />
      <Levels />
    </div>
  );
}

function Lists() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const words = useRuleWords();
  const [opened, setOpened] = useState<CallerListRecord | null>(null);
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <ResourcePage<CallerListRecord>
        headless
        path="/api/caller-lists"
        idOf={(it) => it.id}
        nameOf={(it) => name(it.name, it.id)}
        title={t("callers.lists")}
        newLabel={t("callers.new_list")}
        deleteHint={t("callers.delete_hint")}
        drawerWidth={620}
        findingKind="caller_list"
        blank={{ kind: "black", priority: 10, target: null }}
        fromValues={(values) => ({
          ...values,
          priority: values.kind === "red" ? values.priority : 0,
          target: wholeTarget(values.target),
        })}
        open={setOpened}
        actions={(it) => (
          <RowButton
            icon={<UnorderedListOutlined />}
            label={t("callers.numbers")}
            handle={`numbers-${it.id}`}
            onClick={() => setOpened(it)}
          />
        )}
        columns={[
          {
            title: t("field.name"),
            render: (_, it) => (
              <>
                <Tag color={it.kind === "black" ? "default" : "red"}>{t(`callers.kind.${it.kind}`)}</Tag>{" "}
                <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
              </>
            ),
          },
          {
            title: t("callers.numbers"),
            align: "right",
            render: (_, it) => <span className="num">{it.count.toLocaleString()}</span>,
          },
          {
            title: t("callers.what_happens"),
            render: (_, it) =>
              [
                it.kind === "red" && it.priority ? t("callers.adds", { priority: it.priority }) : "",
                it.target ? targetSummary(it.target, words) : it.kind === "black" ? t("callers.refused") : "",
              ]
                .filter(Boolean)
                .join(" · ") || "–",
          },
        ]}
        form={(isNew, form) => (
          <>
            <IdField isNew={isNew} />
            <LocalizedField name="name" label={t("field.name")} />
            <Form.Item name="kind" label={t("callers.which_kind")}>
              <Segmented
                options={(["black", "red"] as const).map((it) => ({ value: it, label: t(`callers.kind.${it}`) }))}
              />
            </Form.Item>
            <Form.Item noStyle shouldUpdate={(a, b) => a.kind !== b.kind}>
              {() => (
                <>
                  <div style={form.getFieldValue("kind") === "red" ? undefined : { display: "none" }}>
                    <NumberField
                      name="priority"
                      label={t("callers.priority")}
                      min={-100}
                      max={100}
                      hint={t("queues.priority_hint")}
                    />
                  </div>
                  <Form.Item name="target" label={t("callers.target")}>
                    <TargetPicker
                      queued={false}
                      none={form.getFieldValue("kind") === "red" ? t("callers.goes_on") : t("callers.refused")}
                    />
                  </Form.Item>
                </>
              )}
            </Form.Item>
          </>
        )}
      />
      {opened && <ListedNumbers list={opened} close={() => setOpened(null)} />}
    </section>
  );
}

function Levels() {
  const { t } = useTranslation();
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <ResourcePage<CustomerLevelRecord>
        headless
        path="/api/customer-levels"
        idOf={(it) => it.level}
        nameOf={(it) => it.level}
        title={t("callers.levels")}
        newLabel={t("callers.new_level")}
        blank={{ priority: 10 }}
        columns={[
          {
            title: t("customer.level"),
            render: (_, it) => <strong>{t(`level.${it.level.toLowerCase()}`, { defaultValue: it.level })}</strong>,
          },
          {
            title: t("callers.priority"),
            align: "right",
            render: (_, it) => <span className="num">{it.priority}</span>,
          },
        ]}
        form={(isNew) => (
          <>
            <IdField isNew={isNew} name="level" label={t("customer.level")} form="level" />
            <NumberField
              name="priority"
              label={t("callers.priority")}
              min={-100}
              max={100}
              hint={t("callers.level_hint")}
            />
          </>
        )}
      />
    </section>
  );
}
