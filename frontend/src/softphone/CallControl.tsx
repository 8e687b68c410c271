import { CheckOutlined, PhoneFilled, PhoneOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import type { AgentView } from "../link/messages";
import { useLinkUp, useMyInteraction } from "../link/store";
import { AtMyCall } from "../supervise/SupervisionControl";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { usePopover } from "../ui/usePopover";
import { DialControl } from "./DialControl";
import * as desk from "./desk";
import { type CallFunction, functionsOf } from "./functions";
import { PickUpControl } from "./PickUpControl";
import { partOf, rings, shownPhase } from "./part";
import { ReachControl, RedirectControl } from "./Reach";
import { currentPhone, useCallIsHere, usePhone } from "./service";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { stateSinceMs } from "./since";
import { type Actions, TalkButtons, Tool } from "./TalkButtons";
import { useComing } from "./useComing";
import { useConsultationOver } from "./useConsultationOver";
import { useInterventions } from "./useInterventions";
import { useOfferNotice } from "./useOfferNotice";
import { useOtherEnd } from "./usePartyName";
import { useUnreached } from "./useUnreached";

/** The call at hand and its buttons; between calls, the way to begin one; in wrap-up, away from the workbench, to finish it. */
export function CallControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const interaction = useMyInteraction();
  const { modal, message } = App.useApp();
  const { run, busy } = useAsk();
  const may = functionsOf({ agent, interaction, phone, here: useCallIsHere() });
  const [keypad, setKeypad] = usePopover();

  const who = useOtherEnd(agent, interaction) || formatNumber(phone.call?.remote ?? "") || t("call.anonymous");
  const phase = t(`phase.${interaction ? shownPhase(agent, interaction) : "talk"}`);
  const coming = useComing(agent, interaction);
  const hangUpNow = () => run("hang_up", desk.hangUp);
  const endForAll = () =>
    void modal.confirm({
      title: t("conference.end_question"),
      content: t("conference.end_hint"),
      okText: t("conference.end"),
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: () => hangUpNow().then(() => {}),
    });
  const actions: Actions = {
    answer: () => void run("answer", desk.answer),
    reject: () => void run("reject", desk.reject),
    hang_up: interaction?.phase === "conference" ? endForAll : () => void hangUpNow(),
    hold: () => void run("hold", desk.hold),
    retrieve: () => void run("hold", desk.retrieve),
    park: () => void run("park", desk.park).then((done) => done && message.success(t("call.park_done", { who }))),
    mute: () => currentPhone()?.send({ type: "mute", on: !phone.call?.muted }),
    digits: () => setKeypad(!keypad),
  };
  const able = (it: CallFunction) => (may.has(it) ? actions[it] : undefined);
  const hangUp = able("hang_up");
  useShortcuts({
    answer: able("answer"),
    reject: able("reject"),
    hold: able("hold") ?? able("retrieve"),
    park: able("park"),
    mute: able("mute"),
    keypad: able("digits"),
    ...(hangUp ? { hang_up: hangUp } : {}),
  });
  useOfferNotice(rings(agent, interaction), [who, coming].filter(Boolean).join(" · "));
  useUnreached(agent);
  useInterventions(agent);
  useConsultationOver(agent, interaction);

  if (agent.state === "working_after_call") return <FinishElsewhere />;
  const ringing = may.has("reject");
  const pressKey = agent.device_number !== "" && agent.connection === "alerting";
  const consulted = interaction !== null && partOf(agent, interaction) === "consulted";
  const what = ((ringing || consulted) && coming) || phase;
  if (agent.state !== "busy" && !ringing)
    return (
      <div className="phone-call phone-call-none faint">
        {may.has("make_call") && <DialControl />}
        {may.has("pick_up") && <PickUpControl agent={agent} />}
        <span className="ellipsis">{agent.state === "ready" ? t("workbench.waiting_for_calls") : ""}</span>
      </div>
    );
  return (
    <div
      className={`phone-call ${ringing ? "phone-call-offered" : "phone-call-talking"}`}
      data-testid="call-bar"
      data-connection={agent.connection ?? ""}
    >
      <div className="phone-call-who grow">
        <strong className="ellipsis" title={who}>
          {who}
        </strong>
        <span className="small muted num ellipsis" title={what}>
          {interaction && <Since ms={stateSinceMs(agent, interaction)} />}
          {interaction ? " · " : ""}
          {pressKey ? <span data-testid="call-press-key">{t("call.press_key")}</span> : what}
        </span>
        <AtMyCall agent={agent} />
      </div>
      {ringing ? (
        <RingingButtons may={may} actions={actions} busy={busy} />
      ) : (
        <TalkButtons
          may={may}
          actions={actions}
          busy={busy}
          keypad={keypad}
          setKeypad={setKeypad}
          together={interaction?.phase === "conference"}
        >
          <ReachControl may={may} />
        </TalkButtons>
      )}
    </div>
  );
}

function RingingButtons({
  may,
  actions,
  busy,
}: {
  may: ReadonlySet<CallFunction>;
  actions: Actions;
  busy: string | null;
}) {
  const { t } = useTranslation();
  const phone = usePhone();
  const keys = useShortcutKeys();
  return (
    <>
      {may.has("answer") && (
        <Tool
          text={t("call.answer")}
          keys={keys.answer}
          type="primary"
          className="button-answer"
          icon={<PhoneFilled />}
          data-testid="call-answer"
          onClick={actions.answer}
          loading={busy === "answer" || phone.answerWanted || phone.call?.phase === "answering"}
        />
      )}
      <Tool
        text={t("call.reject")}
        keys={keys.reject}
        icon={<PhoneOutlined rotate={225} />}
        data-testid="call-reject"
        onClick={actions.reject}
        loading={busy === "reject"}
      />
      {may.has("redirect") && <RedirectControl />}
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
