import { DownOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLinkUp, useMyInteraction } from "../link/store";
import { mayRestart } from "../supervise/actions";
import { ClickMenu } from "../ui/ClickMenu";
import { useFormat } from "../ui/format";
import { StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since, Until } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { useReasonText } from "../ui/useReasonText";
import * as desk from "./desk";
import { consults, shownPhase } from "./part";
import { useSoftphoneService } from "./service";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { stateSinceMs } from "./since";

/** What the agent is and since when; ready, not ready for a reason, signed out of the telephone. */
export function StateControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { run, busy } = useAsk();
  const { modal } = App.useApp();
  const up = useLinkUp();
  const keys = useShortcutKeys();
  const settings = useSoftphoneService((state) => state.settings);
  const reasons = settings?.not_ready_reasons ?? [];
  const interaction = useMyInteraction();
  const consulting = consults(agent, interaction);
  const calling = interaction !== null && agent.state === "busy" && shownPhase(agent, interaction) === "calling";
  const state = consulting || calling ? "busy" : shownState(agent);
  const stateText = consulting ? t("phase.consult") : calling ? t("phase.calling") : t(`agent_state.${state}`);
  const working = ["reserved", "busy", "working_after_call"].includes(agent.state);
  const isReady = working
    ? agent.next_state !== "not_ready" && agent.next_state !== "logged_off"
    : agent.state === "ready";
  const reasonText = useReasonText();
  const sinceMs = stateSinceMs(agent, interaction);
  const notReadyText = isReady
    ? working
      ? t("workbench.pause_after")
      : t("workbench.go_not_ready")
    : t("workbench.choose_reason");

  const ready = () =>
    void run("ready", async () => {
      if (typeof Notification !== "undefined" && Notification.permission === "default")
        void Notification.requestPermission();
      await desk.goReady();
    });
  const notReady = (reason: string | null) => void run("not_ready", () => desk.goNotReady(reason));
  const restart = () =>
    modal.confirm({
      title: t("session.restart_question"),
      content: t("session.restart_hint"),
      okText: t("session.restart"),
      onOk: () => run("not_ready", desk.restart).then(() => {}),
    });
  useShortcuts({ ready: () => (isReady ? notReady(reasons[0]?.id ?? null) : ready()) });

  return (
    <div className="phone-state">
      <div
        className="phone-state-now"
        style={{ color: stateColour(state) }}
        data-testid="agent-state"
        data-state={agent.state}
        title={`${agent.name} · ${agent.agent} · ${t(`agent_type.${agent.type}`)}`}
      >
        <StateDot state={state} size={20} />
        <div>
          <strong data-testid="agent-state-text">{stateText}</strong>
          <div className="small phone-state-detail">
            {agent.state === "working_after_call" && agent.wrap_up_until_ms ? (
              <span data-testid="wrap-up-left">
                {t("workbench.time_left")} <Until ms={agent.wrap_up_until_ms} />
              </span>
            ) : (
              <Since ms={sinceMs} />
            )}
            {agent.state === "not_ready" && agent.reason && <span> · {reasonText(agent.reason)}</span>}
            {working && agent.next_state && (
              <span data-testid="next-state">
                {" "}
                · {t("workbench.then", { state: t(`agent_state.${agent.next_state}`) })}
              </span>
            )}
          </div>
        </div>
      </div>
      <div className="phone-state-buttons">
        {!isReady && (
          <Tooltip title={keys.ready}>
            <Button
              type="primary"
              className="button-ready"
              data-testid="state-ready"
              onClick={ready}
              disabled={!up}
              loading={busy === "ready"}
            >
              {working ? t("workbench.stay_ready") : t("workbench.go_ready")}
            </Button>
          </Tooltip>
        )}
        {agent.state !== "logged_off" && (
          <ClickMenu
            disabled={!up}
            menu={{
              selectedKeys: agent.state === "not_ready" ? [agent.reason ?? ""] : [],
              items: [
                ...reasons.map((it) => ({
                  key: it.id,
                  label: <span data-testid={`reason-${it.id}`}>{name(it.name, it.id)}</span>,
                })),
                ...(reasons.length ? [{ type: "divider" as const }] : []),
                { key: "", label: <span data-testid="reason-none">{t("workbench.no_reason")}</span> },
                ...(mayRestart(agent)
                  ? [{ key: "restart", label: <span data-testid="session-restart">{t("session.restart")}…</span> }]
                  : []),
                { key: "sign-out", label: <span data-testid="agent-sign-out">{t("workbench.sign_out_phone")}</span> },
              ],
              onClick: ({ key }) => {
                if (key === "sign-out") void run("sign_out", desk.signOut);
                else if (key === "restart") restart();
                else notReady(key === "" ? null : key);
              },
            }}
          >
            <Button
              data-testid="state-not-ready"
              aria-label={notReadyText}
              loading={busy === "not_ready"}
              icon={<DownOutlined style={{ fontSize: 10 }} />}
              iconPlacement="end"
            >
              {isReady ? notReadyText : null}
            </Button>
          </ClickMenu>
        )}
      </div>
    </div>
  );
}
