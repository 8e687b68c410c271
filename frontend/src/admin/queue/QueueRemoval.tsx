import { Checkbox, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueRecord } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useList } from "../useList";

export interface RemovalChoice {
  move_to: string | null;
  /** Also where flows, rules or other queues lead to it and nothing takes over. */
  force?: boolean;
}

/** Where those who wait go when their queue is deleted, asked together with whether it is to be. */
export function QueueRemoval({ queue, onChange }: { queue: QueueRecord; onChange: (choice: RemovalChoice) => void }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const [choice, setChoice] = useState<RemovalChoice>({ move_to: queue.when_deleted });
  const others = useList<QueueRecord>("/api/queues").filter((it) => it.id !== queue.id);
  const choose = (next: RemovalChoice) => {
    setChoice(next);
    onChange(next);
  };
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      <span>{t("queues.delete_hint")}</span>
      <Select
        aria-label={t("queues.when_deleted")}
        style={{ width: "100%" }}
        allowClear
        showSearch
        optionFilterProp="label"
        placeholder={t("queues.when_deleted")}
        value={choice.move_to}
        onChange={(move_to: string | undefined) => choose({ move_to: move_to ?? null })}
        options={others.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
      />
      {choice.move_to === null && (
        <Checkbox
          checked={choice.force ?? false}
          onChange={(event) => choose({ move_to: null, force: event.target.checked })}
        >
          {t("queues.delete_used")}
        </Checkbox>
      )}
    </Space>
  );
}
