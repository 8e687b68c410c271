import {
  AudioMutedOutlined,
  AudioOutlined,
  CaretRightFilled,
  CustomerServiceOutlined,
  DesktopOutlined,
  DownOutlined,
  PauseOutlined,
  PhoneFilled,
  PhoneOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Popover, Tooltip } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLink, useLinkUp, useMyAgent, useMyInteraction } from "../link/store";
import { formatNumber, useFormat } from "../ui/format";
import { StateDot, shownState, stateColour } from "../ui/StateTag";
import { Since, Until } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { useReasonText } from "../ui/useReasonText";
import { DigitPad } from "./DigitPad";
import * as desk from "./desk";
import { currentPhone, usePhone, useSoftphoneService } from "./service";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import "./softphone.css";

/** The telephone, on top of every page: the agent's state, the call and its buttons, the device. */
export function SoftphoneBar() {
  const agent = useMyAgent();
  if (!agent) return <NoAgent />;
  return (
    <section className="phone-bar" aria-label="softphone">
      <StateControl agent={agent} />
      <CallControl agent={agent} />
      <DeviceControl agent={agent} />
    </section>
  );
}

function NoAgent() {
  const { t } = useTranslation();
  const status = useLink((state) => state.status);
  return (
    <section className="phone-bar">
      <span className="muted">{status === "refused" ? t("link.refused") : t("link.connecting")}</span>
    </section>
  );
}

function StateControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { name } = useFormat();
  const { run, busy } = useAsk();
  const up = useLinkUp();
  const keys = useShortcutKeys();
  const settings = useSoftphoneService((state) => state.settings);
  const reasons = settings?.not_ready_reasons ?? [];
  const state = shownState(agent);
  const working = ["reserved", "busy", "working_after_call"].includes(agent.state);
  const isReady = working
    ? agent.next_state !== "not_ready" && agent.next_state !== "logged_off"
    : agent.state === "ready";
  const reasonText = useReasonText();

  const ready = () =>
    void run("ready", async () => {
      if (typeof Notification !== "undefined" && Notification.permission === "default")
        void Notification.requestPermission();
      await desk.goReady();
    });
  const notReady = (reason: string | null) => void run("not_ready", () => desk.goNotReady(reason));
  useShortcuts({ ready: () => (isReady ? notReady(reasons[0]?.id ?? null) : ready()) });

  return (
    <div className="phone-state">
      <div
        className="phone-state-now"
        style={{ color: stateColour(state) }}
        data-testid="agent-state"
        data-state={agent.state}
      >
        <StateDot state={state} size={20} />
        <div>
          <strong data-testid="agent-state-text">{t(`agent_state.${state}`)}</strong>
          <div className="small phone-state-detail">
            {agent.state === "working_after_call" && agent.wrap_up_until_ms ? (
              <>
                {t("workbench.time_left")} <Until ms={agent.wrap_up_until_ms} />
              </>
            ) : (
              <Since ms={agent.since_ms} />
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
        {isReady ? (
          <Dropdown
            trigger={["click"]}
            disabled={!up}
            menu={{
              items: [
                ...reasons.map((it) => ({
                  key: it.id,
                  label: <span data-testid={`reason-${it.id}`}>{name(it.name, it.id)}</span>,
                })),
                ...(reasons.length ? [{ type: "divider" as const }] : []),
                { key: "", label: <span data-testid="reason-none">{t("workbench.no_reason")}</span> },
                { key: "sign-out", label: <span data-testid="agent-sign-out">{t("workbench.sign_out_phone")}</span> },
              ],
              onClick: ({ key }) =>
                key === "sign-out" ? void run("sign_out", desk.signOut) : notReady(key === "" ? null : key),
            }}
          >
            <Button data-testid="state-not-ready" loading={busy === "not_ready"}>
              {working ? t("workbench.pause_after") : t("workbench.go_not_ready")}{" "}
              <DownOutlined style={{ fontSize: 10 }} />
            </Button>
          </Dropdown>
        ) : (
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
      </div>
    </div>
  );
}

function CallControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const interaction = useMyInteraction();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const offered = agent.state === "reserved";
  const talking = agent.state === "busy";
  const held = agent.connection === "hold";
  const up = useLinkUp();
  const here = phone.call !== null;

  const answer = () => void run("answer", desk.answer);
  const hangUp = () => void run("hang_up", desk.hangUp);
  const toggleHold = () => void run("hold", held ? desk.retrieve : desk.hold);
  useShortcuts({
    answer: offered ? answer : undefined,
    hang_up: talking ? hangUp : undefined,
    hold: talking ? toggleHold : undefined,
  });
  useOfferNotice(agent, interaction?.customer?.name ?? formatNumber(interaction?.caller_number ?? ""));

  if (!offered && !talking)
    return (
      <div className="phone-call phone-call-none faint">
        {agent.state === "ready" ? t("workbench.waiting_for_calls") : ""}
      </div>
    );

  const who = interaction?.customer?.name || formatNumber(interaction?.caller_number ?? phone.call?.remote ?? "");
  const label = (text: string, key: string) => (
    <>
      {text} <kbd>{key}</kbd>
    </>
  );
  return (
    <div
      className={`phone-call ${offered ? "phone-call-offered" : ""}`}
      data-testid="call-bar"
      data-connection={agent.connection ?? ""}
    >
      <div className="phone-call-who grow">
        <strong className="ellipsis">{who}</strong>
        <span className="small muted num">
          {interaction && <Since ms={interaction.phase_since_ms} />}
          {interaction ? ` · ${t(`phase.${interaction.phase}`)}` : ""}
        </span>
      </div>
      {offered && (
        <>
          <Button
            type="primary"
            className="button-answer"
            icon={<PhoneFilled />}
            data-testid="call-answer"
            onClick={answer}
            loading={busy === "answer" || phone.answerWanted || phone.call?.phase === "answering"}
          >
            {label(t("call.answer"), keys.answer)}
          </Button>
          <Button data-testid="call-reject" onClick={() => void run("reject", desk.reject)} loading={busy === "reject"}>
            {t("call.reject")}
          </Button>
        </>
      )}
      {talking && (
        <>
          {here && (
            <Tooltip title={phone.call?.muted ? t("call.unmute") : t("call.mute")}>
              <Button
                type={phone.call?.muted ? "primary" : "default"}
                icon={phone.call?.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
                aria-label={phone.call?.muted ? t("call.unmute") : t("call.mute")}
                data-testid="call-mute"
                onClick={() => currentPhone()?.send({ type: "mute", on: !phone.call?.muted })}
              />
            </Tooltip>
          )}
          {here && (
            <Popover
              trigger="click"
              placement="bottom"
              content={<DigitPad press={(digit) => currentPhone()?.send({ type: "digit", digit })} handle="call-key" />}
            >
              <Button icon={<TableOutlined />} aria-label={t("call.keypad")} data-testid="call-keypad" />
            </Popover>
          )}
          <Button
            icon={held ? <CaretRightFilled /> : <PauseOutlined />}
            type={held ? "primary" : "default"}
            data-testid={held ? "call-retrieve" : "call-hold"}
            disabled={!up}
            loading={busy === "hold"}
            onClick={toggleHold}
          >
            {label(held ? t("call.retrieve") : t("call.hold"), keys.hold)}
          </Button>
          <Button
            className="button-hang-up"
            icon={<PhoneOutlined rotate={225} />}
            data-testid="call-hangup"
            loading={busy === "hang_up"}
            onClick={hangUp}
          >
            {label(t("call.hang_up"), keys.hang_up)}
          </Button>
        </>
      )}
    </div>
  );
}

/** A desktop notice of an offer where the page is not in view; gone when the offer is. */
function useOfferNotice(agent: AgentView, who: string): void {
  const { t } = useTranslation();
  const text = useRef({ title: "", body: "" });
  text.current = { title: t("call.incoming"), body: who };
  const offered = agent.state === "reserved";
  useEffect(() => {
    if (!offered || document.visibilityState === "visible") return;
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const notice = new Notification(text.current.title, {
      body: text.current.body,
      tag: "callbase-offer",
      requireInteraction: true,
    });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  }, [offered]);
}

function DeviceControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { run } = useAsk();
  const settings = useSoftphoneService((state) => state.settings);
  const phone = usePhone();
  const devices = settings?.devices ?? [];
  const browserDevice = settings?.sip?.user;
  const chosen = agent.device ?? browserDevice ?? devices[0]?.id;
  const isBrowser = chosen === browserDevice;
  const online =
    isBrowser && phone.registration !== "elsewhere"
      ? phone.registration === "registered"
      : agent.devices_online.includes(chosen ?? "");
  const label = (id: string, kind: string) => (kind === "browser" ? t("device.browser") : t("device.desk", { id }));
  const current = devices.find((it) => it.id === chosen);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: chosen ? [chosen] : [],
        items: devices.map((it) => ({
          key: it.id,
          icon: it.kind === "browser" ? <DesktopOutlined /> : <CustomerServiceOutlined />,
          label: (
            <span data-testid={`device-${it.kind}`}>
              {label(it.id, it.kind)} ·{" "}
              <span className="muted">
                {agent.devices_online.includes(it.id) ? t("device.online") : t("device.offline")}
              </span>
            </span>
          ),
        })),
        onClick: ({ key }) => void run("device", () => desk.chooseDevice(key)),
      }}
    >
      <button type="button" className="phone-device" data-testid="device" data-online={online}>
        {isBrowser ? <DesktopOutlined /> : <CustomerServiceOutlined />}
        <span>
          <span className="ellipsis">{current ? label(current.id, current.kind) : "–"}</span>
          <span className={`small ${online ? "phone-online" : "phone-offline"}`}>
            {online
              ? t("device.online")
              : phone.registration === "elsewhere" && isBrowser
                ? t("device.other_tab")
                : t("device.offline")}
          </span>
        </span>
      </button>
    </Dropdown>
  );
}
