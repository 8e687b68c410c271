import { EditOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { usePermission, useSession } from "../api/session";
import type { InteractionDetail } from "../api/types";
import { useFormat } from "../ui/format";
import { useAsk } from "../ui/useAsk";
import { useOutcomes } from "../ui/useChoices";

/** The outcome and note, to be put right afterwards by the agent who handled it or a supervisor. */
export function OutcomeEditor({ interaction }: { interaction: InteractionDetail }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const may = usePermission();
  const me = useSession()?.person?.agent;
  const outcomes = useOutcomes();
  const [editing, setEditing] = useState(false);
  const mayEdit = may("agents.supervise") || (me !== null && me === interaction.agent);

  const save = (fields: { outcome?: string; note?: string }) =>
    void run("save", async () => {
      const detail = await api<InteractionDetail>(`/api/interactions/${interaction.id}`, {
        method: "PATCH",
        body: fields,
      });
      queries.setQueryData(["interaction", interaction.id], detail);
      setEditing(false);
    });

  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="grow">{t("field.outcome")}</h2>
        {mayEdit && !editing && (
          <Button
            type="text"
            icon={<EditOutlined />}
            onClick={() => setEditing(true)}
            aria-label={t("common.edit")}
            data-testid="outcome-edit"
          />
        )}
      </div>
      <div className="panel-body">
        {editing ? (
          <Form
            layout="vertical"
            initialValues={{ outcome: interaction.outcome, note: interaction.note }}
            onFinish={save}
          >
            <Form.Item name="outcome" label={t("field.outcome")}>
              <Select options={outcomes.map((it) => ({ value: it.id, label: name(it.name, it.id) }))} />
            </Form.Item>
            <Form.Item name="note" label={t("field.note")}>
              <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={4000} />
            </Form.Item>
            <div className="row" style={{ justifyContent: "flex-end" }}>
              <Button onClick={() => setEditing(false)}>{t("common.cancel")}</Button>
              <Button type="primary" htmlType="submit" loading={busy === "save"}>
                {t("common.save")}
              </Button>
            </div>
          </Form>
        ) : (
          <>
            <strong data-testid="interaction-outcome">
              {interaction.outcome ? name(interaction.outcome_name, interaction.outcome) : t("interaction.no_outcome")}
            </strong>
            {interaction.note && <p style={{ marginTop: 8, whiteSpace: "pre-wrap" }}>{interaction.note}</p>}
          </>
        )}
      </div>
    </section>
  );
}
