import { Form } from "antd";
import { useTranslation } from "react-i18next";
import type { TrunkGroupRecord } from "../api/rules";
import type { QueueRecord } from "../api/types";
import { TargetPicker } from "../rules/TargetPicker";
import { wholeTarget } from "../rules/targets";
import { useFormat } from "../ui/format";
import { IdField, LocalizedField, NumberField, SelectField } from "./fields";
import { ResourcePage } from "./ResourcePage";
import { useList } from "./useList";

/** Trunks of one kind: their calls' priority, and how many lines are open for the agents on duty. */
export function TrunkGroups() {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queues = useList<QueueRecord>("/api/queues");
  return (
    <section className="panel" style={{ overflow: "hidden" }}>
      <ResourcePage<TrunkGroupRecord>
        headless
        path="/api/trunk-groups"
        idOf={(it) => it.id}
        nameOf={(it) => name(it.name, it.id)}
        title={t("trunk_groups.title")}
        newLabel={t("trunk_groups.new")}
        drawerWidth={620}
        findingKind="trunk_group"
        blank={{ priority: 0, lines_per_agent: 0, agents_of: [], floor: 0, ceiling: 0, beyond: null }}
        fromValues={(values) => ({ ...values, beyond: wholeTarget(values.beyond) })}
        columns={[
          {
            title: t("field.name"),
            render: (_, it) => (
              <>
                <strong>{name(it.name, it.id)}</strong> <span className="faint">{it.id}</span>
              </>
            ),
          },
          { title: t("field.priority"), align: "right", render: (_, it) => <span className="num">{it.priority}</span> },
          {
            title: t("trunk_groups.lines"),
            render: (_, it) =>
              it.lines_per_agent > 0
                ? t("trunk_groups.lines_text", {
                    lines: it.lines_per_agent,
                    floor: it.floor,
                    ceiling: it.ceiling || "∞",
                  })
                : t("trunk_groups.all_lines"),
          },
        ]}
        form={(isNew) => (
          <>
            <IdField isNew={isNew} />
            <LocalizedField name="name" label={t("field.name")} />
            <NumberField
              name="priority"
              label={t("field.priority")}
              min={-100}
              max={100}
              hint={t("queues.priority_hint")}
            />
            <NumberField
              name="lines_per_agent"
              label={t("trunk_groups.lines_per_agent")}
              max={100}
              hint={t("trunk_groups.lines_hint")}
            />
            <SelectField
              name="agents_of"
              label={t("trunk_groups.agents_of")}
              many
              hint={t("trunk_groups.agents_of_hint")}
              options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
            />
            <NumberField name="floor" label={t("trunk_groups.floor")} />
            <NumberField name="ceiling" label={t("trunk_groups.ceiling")} hint={t("trunk_groups.ceiling_hint")} />
            <Form.Item name="beyond" label={t("trunk_groups.beyond")}>
              <TargetPicker none={t("trunk_groups.refused")} queued={false} />
            </Form.Item>
          </>
        )}
      />
    </section>
  );
}
