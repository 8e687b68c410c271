import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView } from "../link/messages";
import { AgentDrawer } from "../supervise/AgentDrawer";
import { useSupervise } from "../supervise/useSupervise";
import { Nothing } from "../ui/Nothing";
import { type ShownState, StateDot, shownState, stateColour } from "../ui/StateTag";
import { useReasons } from "../ui/useChoices";
import { AgentTile } from "./AgentTile";

const ORDER: ShownState[] = [
  "reconnecting",
  "reserved",
  "busy",
  "hold",
  "ready",
  "working_after_call",
  "not_ready",
  "logged_off",
];

/** Every agent as a tile, the busiest states first; narrowed by state and by name or number. */
export function Agents({
  agents,
  interactions,
  search,
}: {
  agents: AgentView[];
  search: string;
  interactions: Record<string, InteractionView>;
}) {
  const { t } = useTranslation();
  const supervise = useSupervise();
  const reasons = useReasons();
  const [opened, setOpened] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ShownState | null>(null);
  const sorted = useMemo(
    () =>
      [...agents].sort(
        (a, b) => ORDER.indexOf(shownState(a)) - ORDER.indexOf(shownState(b)) || a.agent.localeCompare(b.agent),
      ),
    [agents],
  );
  const counts = ORDER.map((state) => [state, agents.filter((it) => shownState(it) === state).length] as const).filter(
    ([, count]) => count > 0,
  );
  const state = counts.some(([it]) => it === chosen) ? chosen : null;
  const words = search.toLowerCase();
  const shown = sorted.filter(
    (it) =>
      (state === null || shownState(it) === state) &&
      (words === "" || it.name.toLowerCase().includes(words) || it.agent.startsWith(words)),
  );
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("board.agents")}</h2>
        <div className="row state-filter grow">
          {counts.map(([it, count]) => (
            <button
              key={it}
              type="button"
              aria-pressed={state === it}
              style={{ color: stateColour(it) }}
              onClick={() => setChosen(state === it ? null : it)}
            >
              <StateDot state={it} size={12} /> {t(`agent_state.${it}`)} <b className="num">{count}</b>
            </button>
          ))}
        </div>
      </div>
      {shown.length === 0 ? (
        <Nothing text={search ? t("common.nothing_found", { text: search }) : t("board.no_agents")} />
      ) : (
        <div className="agent-grid" data-testid="board-agents">
          {shown.map((it) => (
            <AgentTile
              key={it.agent}
              agent={it}
              call={it.interaction ? interactions[it.interaction] : undefined}
              supervise={supervise}
              reasons={reasons}
              open={setOpened}
            />
          ))}
        </div>
      )}
      {opened && <AgentDrawer agent={opened} close={() => setOpened(null)} />}
    </section>
  );
}
