import { App, Button } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePermission } from "../api/session";
import { otherNumber } from "../interactions/other-end";
import type { AgentView, AnyAction, InteractionView, SupervisionMode } from "../link/messages";
import { ask, useLink, useLinkUp } from "../link/store";
import type { PartyTo } from "../softphone/party-search";
import { formatNumber } from "../ui/format";
import { useAsk } from "../ui/useAsk";
import { comesLater, MODES, modePermission, waitsForCallback } from "./actions";

/** Acting for others. What cannot be taken back asks first. */
export interface Supervise {
  /** Agents' states and queues, and where callers wait, are this person's to change. */
  directs: boolean;
  /** May end others' calls. */
  releases: boolean;
  /** The ways in which this person may be at an agent's call. */
  modes: readonly SupervisionMode[];
  setReady: (agent: AgentView) => void;
  setNotReady: (agent: AgentView, reason: string | null) => void;
  /** `queues`: null for its own again. */
  move: (agent: AgentView, queues: string[] | null) => void;
  signOut: (agent: AgentView) => void;
  /** Its session begins anew. */
  restart: (agent: AgentView) => void;
  prioritize: (call: InteractionView, priority: number) => void;
  putFirst: (call: InteractionView) => void;
  reroute: (call: InteractionView, to: { queue: string } | { agent: string } | { to: PartyTo }) => void;
  release: (call: InteractionView) => void;
  /** With this person's own telephone. */
  join: (agent: AgentView, mode: SupervisionMode) => void;
  leave: (agent: string) => void;
}

/** null for who may not, or while the engine cannot be reached. */
export function useSupervise(): Supervise | null {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { run } = useAsk();
  const may = usePermission();
  const up = useLinkUp();
  const directs = may("agents.supervise");
  const releases = may("calls.release");
  const modes = MODES.filter((mode) => may(modePermission(mode))).join();
  return useMemo(() => {
    if (!up || !(directs || releases || modes)) return null;
    const granted = MODES.filter((mode) => modes.split(",").includes(mode));
    return { directs, releases, modes: granted, ...supervising(t, modal, run) };
  }, [up, directs, releases, modes, t, modal, run]);
}

const me = (): string => useLink.getState().you;

function supervising(
  t: TFunction,
  modal: ReturnType<typeof App.useApp>["modal"],
  run: ReturnType<typeof useAsk>["run"],
): Omit<Supervise, "directs" | "releases" | "modes"> {
  const act = (action: AnyAction) => run(action.type, () => ask(action));
  const confirm = (title: string, content: string, okText: string, action: AnyAction, or?: [string, AnyAction]) => {
    const asked = modal.confirm({
      title,
      content,
      okText,
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: () => act(action).then(() => {}),
      footer: (_, { OkBtn, CancelBtn }) => (
        <>
          <CancelBtn />
          {or && (
            <Button danger data-testid="confirm-or" onClick={() => void act(or[1]).then(() => asked.destroy())}>
              {or[0]}
            </Button>
          )}
          <OkBtn />
        </>
      ),
    });
  };
  return {
    setReady: (it) => void act({ type: "SetReady", agent: it.agent }),
    setNotReady: (it, reason) => void act({ type: "SetNotReady", agent: it.agent, reason }),
    move: (it, queues) => void act({ type: "MoveAgent", agent: it.agent, queues }),
    signOut: (it) =>
      confirm(
        t("supervise.sign_out_question", { name: it.name }),
        comesLater(it) ? t("supervise.sign_out_later") : t("supervise.sign_out_hint"),
        comesLater(it) ? t("supervise.sign_out_after") : t("supervise.sign_out"),
        { type: "SignOut", agent: it.agent },
        comesLater(it) ? [t("supervise.sign_out_now"), { type: "SignOut", agent: it.agent, now: true }] : undefined,
      ),
    restart: (it) =>
      confirm(t("session.restart_question_of", { name: it.name }), t("session.restart_hint"), t("session.restart"), {
        type: "RestartSession",
        agent: it.agent,
      }),
    prioritize: (it, priority) => void act({ type: "Reprioritize", interaction: it.interaction, priority }),
    putFirst: (it) => void act({ type: "Reprioritize", interaction: it.interaction, first: true }),
    reroute: (it, to) => void act({ type: "Reroute", interaction: it.interaction, ...to }),
    join: (it, mode) => {
      const action: AnyAction = { type: "Supervise", agent: it.agent, supervisor: me(), mode };
      if (mode !== "take_over") void act(action);
      else
        confirm(
          t("supervision.take_over_question", { name: it.name }),
          t("supervision.take_over_hint"),
          t("supervision.take_over"),
          action,
        );
    },
    leave: (agent) => void act({ type: "StopSupervising", agent, supervisor: me() }),
    release: (it) => {
      const who = it.customer?.name || formatNumber(otherNumber(it)) || t("call.anonymous");
      const action: AnyAction = { type: "ReleaseInteraction", interaction: it.interaction };
      if (waitsForCallback(it))
        confirm(
          t("supervise.cancel_callback_question", { who }),
          t("supervise.cancel_callback_hint"),
          t("supervise.cancel_callback"),
          action,
        );
      else
        confirm(t("supervise.release_question", { who }), t("supervise.release_hint"), t("supervise.release"), action);
    },
  };
}
