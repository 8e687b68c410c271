import { CheckOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Progress, Radio, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { AgentView, InteractionView } from "../link/messages";
import * as desk from "../softphone/desk";
import { useSoftphoneService } from "../softphone/service";
import { useFormat } from "../ui/format";
import { Until } from "../ui/Ticking";
import { useEngineNow } from "../ui/time";
import { useAsk } from "../ui/useAsk";

interface Draft {
  outcome: string | null;
  note: string;
}

/** More outcomes than this are chosen from a list, fewer by one click. */
const MOST_BUTTONS = 12;

/** The call's outcome and the agent's note, also while talking; kept as typed, through reloads and when time runs out. */
export function WrapUp({ agent, interaction }: { agent: AgentView; interaction: InteractionView }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { run, busy } = useAsk();
  const queries = useQueryClient();
  const id = interaction.interaction;
  const outcomes = useSoftphoneService((state) => state.settings?.outcomes) ?? [];
  const [draft, setDraft] = useState<Draft>(() => stored(id) ?? { outcome: interaction.outcome, note: "" });
  const saved = useRef<Draft>({ outcome: interaction.outcome, note: "" });
  const latest = useRef(draft);
  latest.current = draft;
  const wrapping = agent.state === "working_after_call";

  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    sessionStorage.setItem(key(id), JSON.stringify(next));
  };

  const save = async () => {
    const { outcome, note } = latest.current;
    if (!outcome || (outcome === saved.current.outcome && note === saved.current.note)) return;
    await desk.setOutcome(id, outcome, note);
    saved.current = { outcome, note };
  };
  const saveQuietly = useRef(save);
  saveQuietly.current = save;

  // Saved a moment after the last change, so that nothing is lost when the countdown ends first.
  useEffect(() => {
    if (!draft.outcome) return;
    const timer = setTimeout(() => void saveQuietly.current().catch(() => {}), 700);
    return () => clearTimeout(timer);
  }, [draft]);

  // The wrap-up ended while something was not saved yet: the API takes it afterwards.
  useEffect(
    () => () => {
      const { outcome, note } = latest.current;
      const rest: { outcome?: string; note?: string } = {};
      if (outcome && outcome !== saved.current.outcome) rest.outcome = outcome;
      if (note !== saved.current.note) rest.note = note;
      sessionStorage.removeItem(key(id));
      if (Object.keys(rest).length) {
        void api(`/api/interactions/${id}`, { method: "PATCH", body: rest }).catch(() => {
          sessionStorage.setItem(key(id), JSON.stringify(latest.current));
        });
      }
    },
    [id],
  );

  const finish = () =>
    void run("finish", async () => {
      await save();
      await desk.finishWrapUp();
      void queries.invalidateQueries({ queryKey: ["recent"] });
    });

  return (
    <section className="panel" data-testid="wrap-up">
      <div className="panel-head">
        <h2 className="grow">{wrapping ? t("wrap_up.title") : t("wrap_up.title_early")}</h2>
        {wrapping && agent.wrap_up_until_ms && <Countdown since={agent.since_ms} until={agent.wrap_up_until_ms} />}
      </div>
      <div className="panel-body stack">
        <div data-testid="outcome-select">
          {outcomes.length > MOST_BUTTONS ? (
            <Select
              showSearch
              style={{ width: "100%" }}
              placeholder={t("wrap_up.choose")}
              value={draft.outcome}
              onChange={(outcome) => change({ outcome })}
              options={outcomes.map((it) => ({ value: it.id, label: name(it.name, it.id) }))}
              optionFilterProp="label"
            />
          ) : (
            <Radio.Group
              optionType="button"
              className="outcomes"
              value={draft.outcome}
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
          value={draft.note}
          onChange={(event) => change({ note: event.target.value })}
          placeholder={t("wrap_up.note")}
          autoSize={{ minRows: 3, maxRows: 8 }}
          maxLength={4000}
          data-testid="outcome-note"
        />
        {wrapping && (
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button
              type="primary"
              icon={<CheckOutlined />}
              onClick={finish}
              loading={busy === "finish"}
              data-testid="wrap-up-finish"
            >
              {t("wrap_up.finish")}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

function Countdown({ since, until }: { since: number; until: number }) {
  const { t } = useTranslation();
  const now = useEngineNow();
  const share = Math.max(0, Math.min(1, (until - now) / Math.max(1, until - since)));
  return (
    <span className="row muted" data-testid="wrap-up-left">
      {t("workbench.time_left")}
      <strong className="num" style={{ color: "var(--wrap)", fontSize: 16 }}>
        <Until ms={until} />
      </strong>
      <Progress
        type="circle"
        percent={share * 100}
        size={22}
        strokeWidth={14}
        showInfo={false}
        strokeColor="var(--wrap)"
      />
    </span>
  );
}

const key = (interaction: string): string => `callbase.draft.${interaction}`;

function stored(interaction: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key(interaction)) ?? "null");
  } catch {
    return null;
  }
}
