import { App } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePermission } from "../api/session";
import type { AgentView, AnyAction, InteractionView } from "../link/messages";
import { ask, useLinkUp } from "../link/store";
import { formatNumber } from "../ui/format";
import { useAsk } from "../ui/useAsk";
import { comesLater } from "./actions";

/** Acting for others. What cannot be taken back asks first. */
export interface Supervise {
  setReady: (agent: AgentView) => void;
  setNotReady: (agent: AgentView, reason: string | null) => void;
  /** `queues`: null for its own again. */
  move: (agent: AgentView, queues: string[] | null) => void;
  signOut: (agent: AgentView) => void;
  prioritize: (call: InteractionView, priority: number) => void;
  putFirst: (call: InteractionView) => void;
  reroute: (call: InteractionView, to: { queue: string } | { agent: string }) => void;
  release: (call: InteractionView) => void;
}

/** null for who may not, or while the engine cannot be reached. */
export function useSupervise(): Supervise | null {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { run } = useAsk();
  const may = usePermission();
  const up = useLinkUp();
  const allowed = may("agents.supervise") && up;
  return useMemo(() => (allowed ? supervising(t, modal, run) : null), [allowed, t, modal, run]);
}

function supervising(
  t: TFunction,
  modal: ReturnType<typeof App.useApp>["modal"],
  run: ReturnType<typeof useAsk>["run"],
): Supervise {
  const act = (action: AnyAction) => run(action.type, () => ask(action));
  const confirm = (title: string, content: string, okText: string, action: AnyAction) =>
    void modal.confirm({
      title,
      content,
      okText,
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: () => act(action).then(() => {}),
    });
  return {
    setReady: (it) => void act({ type: "SetReady", agent: it.agent }),
    setNotReady: (it, reason) => void act({ type: "SetNotReady", agent: it.agent, reason }),
    move: (it, queues) => void act({ type: "MoveAgent", agent: it.agent, queues }),
    signOut: (it) =>
      confirm(
        t("supervise.sign_out_question", { name: it.name }),
        comesLater(it) ? t("supervise.sign_out_later") : t("supervise.sign_out_hint"),
        t("supervise.sign_out"),
        { type: "SignOut", agent: it.agent },
      ),
    prioritize: (it, priority) => void act({ type: "Reprioritize", interaction: it.interaction, priority }),
    putFirst: (it) => void act({ type: "Reprioritize", interaction: it.interaction, first: true }),
    reroute: (it, to) => void act({ type: "Reroute", interaction: it.interaction, ...to }),
    release: (it) => {
      const who = it.customer?.name || formatNumber(it.caller_number) || t("call.anonymous");
      const action: AnyAction = { type: "ReleaseInteraction", interaction: it.interaction };
      if (it.callback && it.phase === "queue")
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
