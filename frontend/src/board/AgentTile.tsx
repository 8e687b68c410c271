import {
  CloseOutlined,
  CoffeeOutlined,
  LogoutOutlined,
  MobileOutlined,
  PhoneOutlined,
  ProfileOutlined,
  QuestionCircleOutlined,
  RedoOutlined,
  SolutionOutlined,
  SwapOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import type { MenuProps } from "antd";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Named } from "../api/types";
import { useOtherNow } from "../interactions/other-end";
import type { AgentView, InteractionView } from "../link/messages";
import { useMyAgent } from "../link/store";
import { stateSinceMs } from "../softphone/since";
import { type AgentAction, actionsFor, comesLater, modesFor } from "../supervise/actions";
import { MODE_ICONS } from "../supervise/modeIcons";
import { SupervisedBy } from "../supervise/SupervisedBy";
import type { Supervise } from "../supervise/useSupervise";
import { ClickMenu } from "../ui/ClickMenu";
import { formatNumber, useFormat } from "../ui/format";
import { StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since } from "../ui/Ticking";
import { useReasonText } from "../ui/useReasonText";

interface TileProps {
  agent: AgentView;
  call: InteractionView | undefined;
  /** null: only to be looked at. */
  supervise: Supervise | null;
  reasons: Named[];
  /** Opens all there is to say and do about it. */
  open: (agent: string) => void;
}

/** What one agent does, and for a supervisor what can be done about it. */
export const AgentTile = memo(function AgentTile(props: TileProps) {
  const { agent, call, supervise } = props;
  const { t } = useTranslation();
  const menu = useTileMenu(props);
  const looks = {
    className: "agent-tile",
    style: { borderLeftColor: stateColour(shownState(agent)) },
    "data-testid": `agent-${agent.agent}`,
    "data-state": agent.state,
  };
  if (!supervise)
    return (
      <div {...looks}>
        <Face agent={agent} call={call} />
      </div>
    );
  return (
    <ClickMenu menu={menu}>
      <button type="button" {...looks} aria-label={t("supervise.of", { name: agent.name })}>
        <Face agent={agent} call={call} />
      </button>
    </ClickMenu>
  );
});

function Face({ agent, call }: Pick<TileProps, "agent" | "call">) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const other = useOtherNow(call, agent.agent);
  const state = shownState(agent);
  const detail =
    other ||
    (agent.state === "not_ready" && reasonText(agent.reason)) ||
    (agent.state !== "logged_off" && !agent.device_online && t("device.offline")) ||
    "";
  return (
    <>
      <span className="row">
        <strong className="grow ellipsis">{agent.name}</strong>
        {agent.device_number && <AtNumber number={agent.device_number} />}
        {agent.moved && <SwapOutlined className="faint" title={t("wall.moved")} aria-label={t("wall.moved")} />}
        <SupervisedBy agent={agent} />
        {agent.type === "supervisor" && (
          <SolutionOutlined
            className="faint"
            title={t("agent_type.supervisor")}
            aria-label={t("agent_type.supervisor")}
            data-testid="tile-supervisor"
          />
        )}
        <span className="faint small num">{agent.agent}</span>
      </span>
      <span className="row small">
        <StateDot state={state} size={12} />
        <span className="grow ellipsis">
          <b style={{ color: stateColour(state) }}>{t(`agent_state.${state}`)}</b>
          {detail && <span className="muted num"> {detail}</span>}
          {agent.next_state && (
            <span className="faint"> · {t("workbench.then", { state: t(`agent_state.${agent.next_state}`) })}</span>
          )}
        </span>
        {agent.state !== "logged_off" && (
          <span className="muted">
            <Since ms={stateSinceMs(agent, call ?? null)} />
          </span>
        )}
      </span>
    </>
  );
}

function AtNumber({ number }: { number: string }) {
  const { t } = useTranslation();
  const words = t("device.outside", { number: formatNumber(number) });
  return <MobileOutlined className="faint" title={words} aria-label={words} data-testid="tile-outside" />;
}

function useTileMenu({ agent, call, supervise, reasons, open }: TileProps): MenuProps {
  const { t } = useTranslation();
  const { name } = useFormat();
  const navigate = useNavigate();
  const me = useMyAgent();
  const modes = modesFor(agent, call, me).filter((mode) => supervise?.modes.includes(mode));
  const actions = actionsFor(agent).filter((it) => (it === "release" ? supervise?.releases : supervise?.directs));
  const inWork = comesLater(agent) || agent.state === "working_after_call";
  const entries: Record<AgentAction, NonNullable<MenuProps["items"]>[number]> = {
    ready: {
      key: "ready",
      icon: <ThunderboltOutlined />,
      label: comesLater(agent) ? t("supervise.ready_after") : t("supervise.ready"),
    },
    not_ready: {
      key: "not_ready",
      icon: <CoffeeOutlined />,
      label: inWork ? t("supervise.not_ready_after") : t("supervise.not_ready"),
      children: [
        ...reasons.map((it) => ({ key: `reason ${it.id}`, label: name(it.name, it.id) })),
        { key: "reason ", label: t("workbench.no_reason") },
      ],
    },
    release: {
      key: "release",
      icon: <PhoneOutlined rotate={225} />,
      danger: true,
      label: `${t("supervise.release")}…`,
    },
    restart: { key: "restart", icon: <RedoOutlined />, label: `${t("session.restart")}…` },
    sign_out: { key: "sign_out", icon: <LogoutOutlined />, danger: true, label: `${t("supervise.sign_out")}…` },
  };
  return {
    items: [
      // The tile moves on as soon as its agent does something else, the menu stays.
      { key: "who", type: "group", label: `${agent.name} · ${agent.agent}` },
      ...modes.map((mode) => ({
        key: `mode ${mode}`,
        icon: MODE_ICONS[mode],
        label: mode === "take_over" ? `${t("supervision.take_over")}…` : t(`supervision.${mode}`),
      })),
      ...(me?.supervises?.agent === agent.agent
        ? [{ key: "leave", icon: <CloseOutlined />, label: t("supervision.leave") }]
        : []),
      ...(supervise?.directs ? [{ key: "why", icon: <QuestionCircleOutlined />, label: t("wall.why") }] : []),
      ...(call ? [{ key: "call", icon: <ProfileOutlined />, label: t("supervise.open") }] : []),
      ...(agent.state === "logged_off" || !supervise?.directs
        ? []
        : [{ key: "move", icon: <SwapOutlined />, label: `${t("supervise.move")}…` }]),
      ...actions.map((it) => entries[it]),
    ],
    onClick: ({ key }) => {
      if (key === "why" || key === "move") open(agent.agent);
      else if (key === "call" && call) navigate(`/interactions/${call.interaction}`);
      else if (key === "ready") supervise?.setReady(agent);
      else if (key.startsWith("reason ")) supervise?.setNotReady(agent, key.slice("reason ".length) || null);
      else if (key.startsWith("mode ")) supervise?.join(agent, modes.find((it) => key === `mode ${it}`)!);
      else if (key === "leave") supervise?.leave(agent.agent);
      else if (key === "release" && call) supervise?.release(call);
      else if (key === "restart") supervise?.restart(agent);
      else if (key === "sign_out") supervise?.signOut(agent);
    },
  };
}
