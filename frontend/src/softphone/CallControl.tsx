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
import { DialControl } from "./DialControl";
import { DigitPad } from "./DigitPad";
import * as desk from "./desk";
import { type CallFunction, functionsOf, isOwn } from "./functions";
import { QualityMark } from "./QualityMark";
import { currentPhone, useCallIsHere, usePhone } from "./service";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { stateSinceMs } from "./since";
import { useDialFailure } from "./useDialFailure";
import { useOfferNotice } from "./useOfferNotice";

/** The call at hand and its buttons; between calls, the way to begin one; in wrap-up, away from the workbench, to finish it. */
export function CallControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const interaction = useMyInteraction();
  const { run, busy } = useAsk();
  const up = useLinkUp();
  const may = functionsOf({ agent, interaction, phone, here: useCallIsHere() });
  const [keypad, setKeypad] = useState(false);

  const actions: Partial<Record<CallFunction, () => void>> = {
    answer: () => void run("answer", desk.answer),
    reject: () => void run("reject", desk.reject),
    hang_up: () => void run("hang_up", desk.hangUp),
    hold: () => void run("hold", desk.hold),
    retrieve: () => void run("hold", desk.retrieve),
    mute: () => currentPhone()?.send({ type: "mute", on: !phone.call?.muted }),
    digits: () => setKeypad((open) => !open),
  };
  const able = (it: CallFunction) => (may.has(it) ? actions[it] : undefined);
  useShortcuts({
    answer: able("answer"),
    reject: able("reject"),
    hang_up: able("hang_up"),
    hold: able("hold") ?? able("retrieve"),
    mute: able("mute"),
    keypad: able("digits"),
  });
  const own = interaction && isOwn(agent, interaction);
  const customer = interaction?.customer?.name;
  const number = (own ? interaction.called_number : interaction?.caller_number) || phone.call?.remote || "";
  const who = (!own && customer) || formatNumber(number);
  useOfferNotice(agent, who);
  useDialFailure(phone);

  if (agent.state === "working_after_call") return <FinishElsewhere />;
  const ringing = may.has("answer");
  if (!ringing && !may.has("hang_up"))
    return (
      <div className="phone-call phone-call-none faint">
        <DialControl able={may.has("make_call")} />
        <span className="ellipsis">{agent.state === "ready" ? t("workbench.waiting_for_calls") : ""}</span>
      </div>
    );
  const phase = interaction?.phase === "flow" || !interaction ? "calling" : interaction.phase;
  return (
    <div
      className={`phone-call ${ringing ? "phone-call-offered" : "phone-call-talking"}`}
      data-testid="call-bar"
      data-connection={agent.connection ?? ""}
    >
      <div className="phone-call-who grow">
        <strong className="ellipsis">{who}</strong>
        <span className="small muted num ellipsis">
          {interaction && <Since ms={stateSinceMs(agent, interaction)} />}
          {`${interaction ? " · " : ""}${t(`phase.${ringing ? "offer" : phase}`)}`}
        </span>
        <AtMyCall agent={agent} />
      </div>
      {ringing ? (
        <RingingButtons actions={actions} busy={busy} />
      ) : (
        <TalkButtons may={may} actions={actions} busy={busy} up={up} keypad={keypad} setKeypad={setKeypad} />
      )}
    </div>
  );
}

interface Buttons {
  actions: Partial<Record<CallFunction, () => void>>;
  busy: string | null;
}

function Labelled({ text, keys }: { text: string; keys: string }) {
  return (
    <>
      <span className="phone-label">{text}</span> <kbd>{keys}</kbd>
    </>
  );
}

function RingingButtons({ actions, busy }: Buttons) {
  const { t } = useTranslation();
  const phone = usePhone();
  const keys = useShortcutKeys();
  return (
    <>
      <Button
        type="primary"
        className="button-answer"
        icon={<PhoneFilled />}
        data-testid="call-answer"
        onClick={actions.answer}
        loading={busy === "answer" || phone.answerWanted || phone.call?.phase === "answering"}
      >
        <Labelled text={t("call.answer")} keys={keys.answer} />
      </Button>
      <Tooltip title={keys.reject}>
        <Button data-testid="call-reject" onClick={actions.reject} loading={busy === "reject"}>
          {t("call.reject")}
        </Button>
      </Tooltip>
    </>
  );
}

function TalkButtons({
  may,
  actions,
  busy,
  up,
  keypad,
  setKeypad,
}: Buttons & {
  may: ReadonlySet<CallFunction>;
  up: boolean;
  keypad: boolean;
  setKeypad: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const keys = useShortcutKeys();
  const { call } = usePhone();
  const mute = call?.muted ? t("call.unmute") : t("call.mute");
  const hold = may.has("retrieve") ? "retrieve" : may.has("hold") ? "hold" : null;
  return (
    <>
      {may.has("mute") && (
        <>
          <QualityMark />
          <Tooltip title={`${mute} (${keys.mute})`}>
            <Button
              type={call?.muted ? "primary" : "default"}
              icon={call?.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
              aria-label={mute}
              data-testid="call-mute"
              onClick={actions.mute}
            />
          </Tooltip>
        </>
      )}
      {may.has("digits") && (
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
          <Tooltip title={keypad ? "" : `${t("call.keypad")} (${keys.keypad})`}>
            <Button icon={<TableOutlined />} aria-label={t("call.keypad")} data-testid="call-keypad" />
          </Tooltip>
        </Popover>
      )}
      {hold && (
        <Button
          icon={hold === "retrieve" ? <CaretRightFilled /> : <PauseOutlined />}
          type={hold === "retrieve" ? "primary" : "default"}
          aria-label={t(`call.${hold}`)}
          data-testid={`call-${hold}`}
          disabled={!up}
          loading={busy === "hold"}
          onClick={actions[hold]}
        >
          <Labelled text={t(`call.${hold}`)} keys={keys.hold} />
        </Button>
      )}
      <Button
        className="button-hang-up"
        icon={<PhoneOutlined rotate={225} />}
        aria-label={t("call.hang_up")}
        data-testid="call-hangup"
        loading={busy === "hang_up"}
        onClick={actions.hang_up}
      >
        <Labelled text={t("call.hang_up")} keys={keys.hang_up} />
      </Button>
    </>
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
