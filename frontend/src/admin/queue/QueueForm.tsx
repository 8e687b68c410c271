import { Form, Switch, Tabs } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueRecord } from "../../api/types";
import { useFormat } from "../../ui/format";
import { IdField, LocalizedField, NumberField, SelectField } from "../fields";
import { useList } from "../useList";
import { CallbackTab } from "./CallbackTab";
import { EntryTab } from "./EntryTab";
import { HoursTab } from "./HoursTab";
import { MembersTab } from "./MembersTab";
import { OverflowTab } from "./OverflowTab";
import { RoutingTab } from "./RoutingTab";
import { SkillsTab } from "./SkillsTab";
import { WaitingTab } from "./WaitingTab";
import "./queue.css";

type TabKey = "general" | "members" | "routing" | "skills" | "hours" | "entry" | "waiting" | "overflow" | "callback";

const TAB_OF: Record<string, TabKey> = {
  members: "members",
  algorithm: "routing",
  measure_window: "routing",
  measure_over_s: "routing",
  last_served_s: "routing",
  aging_s: "routing",
  offer_timeout_s: "routing",
  requires: "skills",
  rings: "skills",
  calendar: "hours",
  closed: "hours",
  entry: "entry",
  waiting: "waiting",
  overflow: "overflow",
  callback: "callback",
};

/** A queue in tabs; the first with a fault comes forward, and each with one says so. */
export function QueueForm({ isNew, faults }: { isNew: boolean; faults: string[] }) {
  const { t } = useTranslation();
  const id: string = Form.useWatch("id", Form.useFormInstance()) ?? "";
  const [active, setActive] = useState<TabKey>("general");
  const faulty = new Set(faults.map((it) => TAB_OF[it.split(".")[0] ?? ""] ?? "general"));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal brings its first fault forward, not each click
  useEffect(() => {
    const [first] = faulty;
    if (first && !faulty.has(active)) setActive(first);
  }, [faults]);
  const tabs: [TabKey, ReactNode][] = [
    ["general", <General key="general" isNew={isNew} />],
    ["members", <MembersTab key="members" />],
    ["routing", <RoutingTab key="routing" />],
    ["skills", <SkillsTab key="skills" />],
    ["hours", <HoursTab key="hours" id={id} />],
    ["entry", <EntryTab key="entry" id={id} />],
    ["waiting", <WaitingTab key="waiting" id={id} />],
    ["overflow", <OverflowTab key="overflow" id={id} />],
    ["callback", <CallbackTab key="callback" />],
  ];
  return (
    <Tabs
      tabPlacement="start"
      className="queue-tabs"
      activeKey={active}
      onChange={(key) => setActive(key as TabKey)}
      items={tabs.map(([key, children]) => ({
        key,
        forceRender: true,
        children,
        label: (
          <span data-testid={`tab-${key}`} className={faulty.has(key) ? "tab-faulty" : undefined}>
            {t(`queue_tab.${key}`)}
          </span>
        ),
      }))}
    />
  );
}

function General({ isNew }: { isNew: boolean }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const queues = useList<QueueRecord>("/api/queues");
  return (
    <>
      <IdField isNew={isNew} />
      <LocalizedField name="name" label={t("field.name")} />
      <NumberField
        name="service_level_s"
        label={t("queues.service_level")}
        unit="s"
        hint={t("queues.service_level_hint")}
      />
      <NumberField name="wrap_up_s" label={t("queues.wrap_up")} unit="s" hint={t("queues.wrap_up_hint")} />
      <NumberField name="priority" label={t("field.priority")} min={-100} max={100} hint={t("queues.priority_hint")} />
      <Form.Item name="record" label={t("queues.record")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <SelectField
        name="when_deleted"
        label={t("queues.when_deleted")}
        hint={t("queues.when_deleted_hint")}
        options={queues.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
      />
    </>
  );
}
