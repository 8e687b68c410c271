import {
  AudioMutedOutlined,
  AudioOutlined,
  CaretRightFilled,
  CheckOutlined,
  PauseOutlined,
  PhoneFilled,
  PhoneOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button, Popover, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import type { AgentView } from "../link/messages";
import { useLinkUp, useMyInteraction } from "../link/store";
import { AtMyCall } from "../supervise/SupervisionControl";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { DigitPad } from "./DigitPad";
import * as desk from "./desk";
import { QualityMark } from "./QualityMark";
import { currentPhone, usePhone } from "./service";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { stateSinceMs } from "./since";
import { useOfferNotice } from "./useOfferNotice";

/** The call at hand and its buttons; in wrap-up, away from the workbench, the way to finish it. */
export function CallControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const interaction = useMyInteraction();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const offered = agent.state === "reserved";
  const talking = agent.state === "busy";
  const held = agent.connection === "hold";
  const up = useLinkUp();
  const here = phone.call !== null && !phone.call.test;

  const answer = () => void run("answer", desk.answer);
  const hangUp = () => void run("hang_up", desk.hangUp);
  const reject = () => void run("reject", desk.reject);
  const toggleMute = () => currentPhone()?.send({ type: "mute", on: !phone.call?.muted });
  const [keypad, setKeypad] = useState(false);
  const toggleHold = () => void run("hold", held ? desk.retrieve : desk.hold);
  useShortcuts({
    answer: offered ? answer : undefined,
    reject: offered ? reject : undefined,
    hang_up: talking ? hangUp : undefined,
    hold: talking ? toggleHold : undefined,
    mute: talking && here ? toggleMute : undefined,
    keypad: talking && here ? () => setKeypad((open) => !open) : undefined,
  });
  useOfferNotice(agent, interaction?.customer?.name ?? formatNumber(interaction?.caller_number ?? ""));

  if (agent.state === "working_after_call") return <FinishElsewhere />;
  if (!offered && !talking)
    return (
      <div className="phone-call phone-call-none faint">
        {agent.state === "ready" ? t("workbench.waiting_for_calls") : ""}
      </div>
    );

  const who = interaction?.customer?.name || formatNumber(interaction?.caller_number ?? phone.call?.remote ?? "");
  const label = (text: string, key: string) => (
    <>
      <span className="phone-label">{text}</span> <kbd>{key}</kbd>
    </>
  );
  return (
    <div
      className={`phone-call ${offered ? "phone-call-offered" : "phone-call-talking"}`}
      data-testid="call-bar"
      data-connection={agent.connection ?? ""}
    >
      <div className="phone-call-who grow">
        <strong className="ellipsis">{who}</strong>
        <span className="small muted num ellipsis">
          {interaction && <Since ms={stateSinceMs(agent, interaction)} />}
          {interaction ? ` · ${t(`phase.${interaction.phase}`)}` : ""}
        </span>
        <AtMyCall agent={agent} />
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
          <Button data-testid="call-reject" onClick={reject} loading={busy === "reject"}>
            {t("call.reject")}
          </Button>
        </>
      )}
      {talking && (
        <>
          {here && <QualityMark />}
          {here && (
            <Tooltip title={`${phone.call?.muted ? t("call.unmute") : t("call.mute")} (${keys.mute})`}>
              <Button
                type={phone.call?.muted ? "primary" : "default"}
                icon={phone.call?.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
                aria-label={phone.call?.muted ? t("call.unmute") : t("call.mute")}
                data-testid="call-mute"
                onClick={toggleMute}
              />
            </Tooltip>
          )}
          {here && (
            <Popover
              trigger="click"
              placement="bottom"
              open={keypad}
              onOpenChange={setKeypad}
              destroyOnHidden
              content={
                <DigitPad press={(digit) => currentPhone()?.send({ type: "digit", digit })} handle="call-key" typed />
              }
            >
              <Button icon={<TableOutlined />} aria-label={t("call.keypad")} data-testid="call-keypad" />
            </Popover>
          )}
          <Button
            icon={held ? <CaretRightFilled /> : <PauseOutlined />}
            type={held ? "primary" : "default"}
            aria-label={held ? t("call.retrieve") : t("call.hold")}
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
            aria-label={t("call.hang_up")}
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

function FinishElsewhere() {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const up = useLinkUp();
  if (useLocation().pathname === "/workbench") return <div className="phone-call phone-call-none" />;
  return (
    <div className="phone-call phone-call-none">
      <Button
        icon={<CheckOutlined />}
        disabled={!up}
        loading={busy === "finish"}
        onClick={() => void run("finish", desk.finishWrapUp)}
        data-testid="bar-finish"
      >
        {t("wrap_up.finish")}
      </Button>
    </div>
  );
}
