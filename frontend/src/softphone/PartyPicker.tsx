import { useQuery } from "@tanstack/react-query";
import { Button, Input, type InputRef } from "antd";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, withQuery } from "../api/client";
import { usePermission, useSession } from "../api/session";
import type { InteractionSummary, Page } from "../api/types";
import { useAgents, useLink, useMyInteraction } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { StateDot } from "../ui/StateTag";
import { useQueues } from "../ui/useQueueName";
import { takeFocus } from "./focus";
import { outsideNumber } from "./part";
import { type Candidate, candidates, type PartyTo } from "./party-search";

export interface PartyAction {
  key: string;
  label: string;
  icon?: React.ReactNode;
  run: (to: PartyTo) => void;
  /** Whether it can be done with such a party; always, where not said. */
  fits?: (candidate: Candidate) => boolean;
}

const CHORDS = ["↵", "⇧↵", "Ctrl ↵"];
const chord = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey ? 2 : event.shiftKey ? 1 : 0);

/**
 * Somebody to call: typed, searched, or chosen with the arrows. Enter does the first of what can be done, Shift+Enter the second,
 * Ctrl+Enter the third. Composing a Chinese word takes Enter for itself.
 */
export function PartyPicker({ actions, busy }: { actions: PartyAction[]; busy: string | null }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<InputRef>(null);
  useEffect(() => takeFocus(field.current), []);
  const { shown: found, more } = useFound(text);
  const chosen = found[Math.min(at, found.length - 1)];
  const can = (action: PartyAction | undefined, candidate: Candidate) =>
    action !== undefined && busy === null && (action.fits?.(candidate) ?? true);
  const act = (action: PartyAction | undefined, candidate: Candidate) => {
    if (can(action, candidate)) action?.run(candidate.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" && chosen) act(actions[chord(event)], chosen);
    else return;
    event.preventDefault();
  };
  return (
    <div className="party-picker" data-testid="party-picker">
      <Input
        ref={field}
        allowClear
        value={text}
        placeholder={t("party.search")}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded
        aria-controls="party-list"
        aria-activedescendant={chosen ? `party-${chosen.key}` : undefined}
        data-testid="party-search"
      />
      <div id="party-list" role="listbox" className="party-list" aria-label={t("party.search")}>
        {found.map((it) => (
          <div
            key={it.key}
            id={`party-${it.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={it === chosen}
            className={`party${it === chosen ? " party-chosen" : ""}${it.free ? "" : " party-taken"}`}
            onClick={() => setAt(found.indexOf(it))}
            onDoubleClick={() => act(actions[0], it)}
            onKeyDown={onKeyDown}
            data-testid={`party-${it.key.replace(" ", "-")}`}
          >
            <span className="party-mark">{it.state && <StateDot state={it.state} size={14} />}</span>
            <span className="grow ellipsis">
              {it.state || it.to.type === "queues" ? it.name : formatNumber(it.name)}
            </span>
            <span className="small faint num">
              {it.to.type === "queues"
                ? t("party.queue")
                : it.state
                  ? `${it.unreachable ? t("party.unreachable") : t(`agent_state.${it.state}`)} · ${it.detail}`
                  : formatNumber(it.detail)}
            </span>
          </div>
        ))}
        {found.length === 0 && <p className="muted party-none">{t("party.none")}</p>}
        {more > 0 && <p className="small faint party-more">{t("party.more", { count: more })}</p>}
      </div>
      <div className="party-actions">
        {actions.map((it, index) => (
          <Button
            key={it.key}
            type={index === 0 ? "primary" : "default"}
            icon={it.icon}
            disabled={!chosen || (busy !== it.key && !can(it, chosen))}
            loading={busy === it.key}
            onClick={() => chosen && act(it, chosen)}
            data-testid={`party-${it.key}`}
          >
            {it.label} <kbd>{CHORDS[index]}</kbd>
          </Button>
        ))}
      </div>
    </div>
  );
}

function useFound(text: string) {
  const agents = useAgents();
  const you = useLink((state) => state.you);
  const queues = useQueues().data;
  const interaction = useMyInteraction();
  const present = interaction ? outsideNumber(interaction) : "";
  const { name } = useFormat();
  const agent = useSession()?.person?.agent;
  const may = usePermission();
  const recent = useQuery({
    queryKey: ["recent", "mine", { came_to: agent }],
    queryFn: () =>
      api<Page<InteractionSummary>>(
        withQuery("/api/interactions", { came_to: agent, page_size: 9, sort: "-started_at" }),
      ),
    enabled: may("interactions.view_own", "interactions.view_all"),
    staleTime: 30_000,
  }).data?.items;
  return useMemo(() => {
    const numbers = new Map<string, string>();
    for (const it of recent ?? []) {
      const number = it.direction === "outbound" ? it.called_number : it.caller_number;
      if (number && it.direction !== "internal" && !numbers.has(number)) numbers.set(number, it.customer?.name ?? "");
    }
    return candidates(text, {
      you,
      agents,
      queues: (queues ?? []).map((it) => ({ id: it.id, name: name(it.name, it.id) })),
      recent: [...numbers].map(([number, name]) => ({ number, name })),
      present,
    });
  }, [text, you, agents, queues, recent, name, present]);
}
