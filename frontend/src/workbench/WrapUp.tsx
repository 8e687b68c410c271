import { CheckOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Radio, Select } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView } from "../link/messages";
import * as desk from "../softphone/desk";
import { useSoftphoneService } from "../softphone/service";
import { useFormat } from "../ui/format";
import { useAsk } from "../ui/useAsk";
import { type Saving, useDraft } from "./useDraft";

/** More outcomes than this are chosen from a list, fewer by one click. */
const MOST_BUTTONS = 12;

/** The call's outcome and the agent's note, also while talking; saved by themselves, each without the other. */
export function WrapUp({ agent, interaction }: { agent: AgentView; interaction: InteractionView }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const outcomes = useSoftphoneService((state) => state.settings?.outcomes) ?? [];
  const { outcome, note, saving, change, save, saveQuietly } = useDraft(interaction);
  const wrapping = agent.state === "working_after_call";

  const panel = useRef<HTMLElement>(null);
  const choice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wrapping) return;
    if (!isTyping()) {
      const inputs = choice.current?.querySelectorAll<HTMLInputElement>("input") ?? [];
      (Array.from(inputs).find((it) => it.checked) ?? inputs[0])?.focus();
    }
    // On a low screen the button that ends the work would be below the fold after each call.
    if (panel.current?.contains(document.activeElement)) panel.current.scrollIntoView?.({ block: "nearest" });
  }, [wrapping]);

  const finish = () =>
    void run("finish", async () => {
      await save();
      await desk.finishWrapUp();
      void queries.invalidateQueries({ queryKey: ["recent"] });
    });

  return (
    <section className="panel wrap-up" data-testid="wrap-up" ref={panel}>
      <div className="panel-head">
        <h2 className="grow">{wrapping ? t("wrap_up.title") : t("wrap_up.title_early")}</h2>
      </div>
      <div className="panel-body stack">
        <div data-testid="outcome-select" ref={choice}>
          {outcomes.length > MOST_BUTTONS ? (
            <Select
              showSearch
              style={{ width: "100%" }}
              placeholder={t("wrap_up.choose")}
              value={outcome}
              onChange={(chosen) => change({ outcome: chosen ?? undefined })}
              options={outcomes.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
              optionFilterProp="label"
            />
          ) : (
            <Radio.Group
              optionType="button"
              buttonStyle="solid"
              className="outcomes"
              value={outcome}
              onChange={(event) => change({ outcome: event.target.value })}
            >
              {outcomes.map((it) => (
                <Radio.Button key={it.id} value={it.id} data-testid={`outcome-${it.id}`}>
                  {name(it.name, it.id)}
                </Radio.Button>
              ))}
            </Radio.Group>
          )}
        </div>
        <Input.TextArea
          value={note}
          onChange={(event) => change({ note: event.target.value })}
          onBlur={saveQuietly}
          placeholder={t("wrap_up.note")}
          autoSize={{ minRows: 3, maxRows: 8 }}
          maxLength={4000}
          data-testid="outcome-note"
        />
        <div className="row wrap-up-foot">
          <SavingText saving={saving} />
          {wrapping && (
            <Button
              type="primary"
              icon={<CheckOutlined />}
              onClick={finish}
              loading={busy === "finish"}
              data-testid="wrap-up-finish"
            >
              {t("wrap_up.finish")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}

function SavingText({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  return (
    <span className={`grow small saving-${saving}`} role="status" data-testid="note-saving" data-saving={saving}>
      {saving !== "untouched" && t(`wrap_up.saving.${saving}`)}
    </span>
  );
}

function isTyping(): boolean {
  const at = document.activeElement;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=radio])"));
}
