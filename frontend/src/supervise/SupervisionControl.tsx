import { CloseOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { otherNumber } from "../interactions/other-end";
import type { AgentView, SupervisionMode, SupervisionView } from "../link/messages";
import { useLink, useMyAgent } from "../link/store";
import * as desk from "../softphone/desk";
import { type Command, useShortcutKeys, useShortcuts } from "../softphone/shortcuts";
import { Tool } from "../softphone/TalkButtons";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { MODES, modesFor } from "./actions";
import { MODE_ICONS } from "./modeIcons";
import { useSupervise } from "./useSupervise";

/** In the telephone's bar while its person is at an agent's call: how, and by a key each another way, or the end of it. */
export function SupervisionControl({ supervision: it }: { supervision: SupervisionView }) {
  const { t } = useTranslation();
  const agent = useLink((state) => state.view?.agents[it.agent]);
  const call = useLink((state) => state.view?.interactions[it.interaction]);
  const supervise = useSupervise();
  const keys = useShortcutKeys();
  const { run, busy } = useAsk();
  const me = useMyAgent();
  const possible = agent ? modesFor(agent, call, me) : [];
  const modes = MODES.filter(
    (mode) => supervise?.modes.includes(mode) && (mode === it.mode || possible.includes(mode)),
  );
  const leave = () => void run("leave", () => desk.stopSupervising(it.agent));
  const join = (mode: SupervisionMode) => agent && supervise?.join(agent, mode);
  useShortcuts(shortcuts(modes, it.mode, join, leave));
  const who = agent?.name ?? it.agent;
  return (
    <div className="phone-call phone-call-talking" data-testid="supervision-bar" data-mode={it.mode}>
      <div className="phone-call-who grow">
        <strong className="ellipsis">{t(`supervision.at_${it.mode}`, { name: who })}</strong>
        <span className="small muted num ellipsis">
          {it.connected ? <Since ms={it.since_ms} /> : t("supervision.connecting")}
          {call && ` · ${call.customer?.name || formatNumber(otherNumber(call)) || t("call.anonymous")}`}
        </span>
      </div>
      {modes.map((mode) => (
        <Tool
          key={mode}
          text={t(`supervision.${mode}`)}
          hint={t(`supervision.${mode}_hint`)}
          keys={keys[mode]}
          type={mode === it.mode ? "primary" : "default"}
          aria-pressed={mode === it.mode}
          icon={MODE_ICONS[mode]}
          onClick={() => mode !== it.mode && join(mode)}
          data-testid={`supervision-${mode}`}
        />
      ))}
      <Tool
        text={t("supervision.leave")}
        keys={keys.hang_up}
        className="button-hang-up"
        icon={<CloseOutlined />}
        loading={busy === "leave"}
        onClick={leave}
        data-testid="supervision-leave"
      />
    </div>
  );
}

function shortcuts(
  modes: readonly SupervisionMode[],
  present: SupervisionMode,
  join: (mode: SupervisionMode) => void,
  leave: () => void,
): Partial<Record<Command, () => void>> {
  const others = modes.filter((mode) => mode !== present);
  return { hang_up: leave, ...Object.fromEntries(others.map((mode) => [mode, () => join(mode)])) };
}

/** For the agent, where the tenant has it told: who is at its call, and whether the customer hears them. */
export function AtMyCall({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const agents = useLink((state) => state.view?.agents);
  const at = agent.supervised_by.filter((it) => it.connected && it.shown);
  if (at.length === 0) return null;
  return (
    <span className="small ellipsis" data-testid="at-my-call">
      {at
        .map((it) => t(`supervision.by_${it.mode}`, { name: agents?.[it.supervisor]?.name ?? it.supervisor }))
        .join(" · ")}
    </span>
  );
}
