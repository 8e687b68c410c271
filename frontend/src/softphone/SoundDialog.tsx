import { Alert, Button, Modal, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { useMyAgent } from "../link/store";
import { type AudioDevice, type AudioUse, audioDevices, chooseAudio, useAudioChoice } from "./audio-choice";
import { openMeter } from "./meter";
import { microphoneConstraints } from "./microphone";
import { QualityFigures } from "./QualityMark";
import { useQuality } from "./quality-watch";
import { RingTone, ringsAnywhere } from "./ringtone";
import { startEchoTest, stopEchoTest, usePhone } from "./service";

/** Microphone, loudspeaker and ringer of this machine: chosen, heard, and tried out by way of the switch. */

const useSoundDialog = create(() => ({ open: false }));

export const openSoundDialog = (): void => useSoundDialog.setState({ open: true });

export function SoundDialog() {
  const { t } = useTranslation();
  const { open } = useSoundDialog();
  const close = () => {
    stopEchoTest();
    useSoundDialog.setState({ open: false });
  };
  return (
    <Modal open={open} title={t("audio.title")} footer={null} width={560} onCancel={close} destroyOnHidden>
      <SoundPanel />
    </Modal>
  );
}

function SoundPanel() {
  const { t } = useTranslation();
  const choice = useAudioChoice();
  const { inputs, outputs } = useDevices();
  const [level, blocked] = useLevel(choice.microphone, inputs.length);
  return (
    <div className="sound" data-testid="sound-dialog">
      <Choice use="microphone" devices={inputs} none={t("audio.machine")}>
        <Meter level={level} />
      </Choice>
      {blocked && <Alert type="error" title={t("microphone.denied")} description={t("microphone.denied_help")} />}
      <Choice use="speaker" devices={outputs} none={t("audio.machine")}>
        <Chime device={choice.speaker} handle="sound-play" label={t("audio.play")} />
      </Choice>
      {ringsAnywhere() && (
        <Choice use="ringer" devices={outputs} none={t("audio.no_ringer")}>
          <Chime device={choice.ringer} handle="sound-ring" label={t("audio.ring")} disabled={!choice.ringer} />
        </Choice>
      )}
      <DesktopNotice />
      <EchoTest />
    </div>
  );
}

function Choice({
  use,
  devices,
  none,
  children,
}: {
  use: AudioUse;
  devices: AudioDevice[];
  none: string;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const chosen = useAudioChoice((state) => state[use]);
  const gone = chosen && !devices.some((it) => it.id === chosen);
  return (
    <>
      <label htmlFor={`sound-${use}`}>{t(`audio.${use}`)}</label>
      <Select
        id={`sound-${use}`}
        value={chosen}
        onChange={(id) => chooseAudio(use, id)}
        data-testid={`sound-${use}`}
        options={[
          { value: "", label: none },
          ...devices.map((it) => ({ value: it.id, label: it.label || it.id })),
          ...(gone ? [{ value: chosen, label: t("audio.gone") }] : []),
        ]}
      />
      <div>{children}</div>
    </>
  );
}

function Meter({ level }: { level: React.RefObject<HTMLElement | null> }) {
  const { t } = useTranslation();
  return (
    <div className="sound-meter" title={t("audio.level")}>
      <i ref={level} data-testid="sound-level" />
    </div>
  );
}

function Chime({
  device,
  label,
  handle,
  disabled,
}: {
  device: string;
  label: string;
  handle: string;
  disabled?: boolean;
}) {
  const tone = useRef<RingTone | null>(null);
  useEffect(() => () => tone.current?.stop(), []);
  const play = () => {
    tone.current ??= new RingTone();
    tone.current.once(device);
  };
  return (
    <Button block onClick={play} disabled={disabled} data-testid={handle}>
      {label}
    </Button>
  );
}

function DesktopNotice() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(() =>
    typeof Notification === "undefined" ? "denied" : Notification.permission,
  );
  return (
    <>
      <span>{t("audio.notice")}</span>
      <span className="muted">{t(`audio.notice_${permission}`)}</span>
      {permission === "default" ? (
        <Button
          block
          onClick={() => void Notification.requestPermission().then(setPermission)}
          data-testid="sound-notice-allow"
        >
          {t("audio.notice_allow")}
        </Button>
      ) : (
        <span />
      )}
    </>
  );
}

function EchoTest() {
  const { t } = useTranslation();
  const { call, registration, lastFailure } = usePhone();
  const agent = useMyAgent();
  const quality = useQuality((state) => state.now);
  const inCall = agent?.state === "busy" || agent?.state === "reserved" || (call !== null && !call.test);
  const ready = registration === "registered" && !inCall;
  const said = call?.test
    ? call.phase === "talking"
      ? t("audio.echo_talking")
      : t("audio.echo_calling")
    : inCall
      ? t("audio.echo_in_call")
      : !ready
        ? t("audio.echo_no_telephone")
        : lastFailure
          ? t("audio.echo_failed")
          : t("audio.echo_hint");
  return (
    <>
      <span>{t("audio.echo")}</span>
      <div className="muted" aria-live="polite">
        {said}
        {call?.test && quality && <QualityFigures quality={quality} />}
      </div>
      {call?.test ? (
        <Button block onClick={stopEchoTest} data-testid="echo-stop">
          {t("audio.echo_stop")}
        </Button>
      ) : (
        <Button block type="primary" disabled={!ready} onClick={startEchoTest} data-testid="echo-start">
          {t("audio.echo_start")}
        </Button>
      )}
    </>
  );
}

function useDevices() {
  const [devices, setDevices] = useState<Awaited<ReturnType<typeof audioDevices>>>({ inputs: [], outputs: [] });
  useEffect(() => {
    const look = () => void audioDevices().then(setDevices);
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, []);
  return devices;
}

/** Drawn 60 times a second, past React. Opened anew when another microphone is chosen, or one is plugged in or out. */
function useLevel(microphone: string, plugged: number): [React.RefObject<HTMLElement | null>, boolean] {
  const bar = useRef<HTMLElement>(null);
  const [blocked, setBlocked] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the microphone is read by microphoneConstraints
  useEffect(() => {
    let close = () => {};
    let over = false;
    const show = (level: number) => bar.current?.style.setProperty("width", `${Math.round(level * 100)}%`);
    const open = async () => {
      const stream = await navigator.mediaDevices.getUserMedia(microphoneConstraints());
      const stop = () => {
        for (const track of stream.getTracks()) track.stop();
      };
      if (over) return stop();
      setBlocked(false);
      const closeMeter = openMeter(stream, show);
      close = () => {
        closeMeter();
        stop();
      };
    };
    open().catch(() => setBlocked(!over));
    return () => {
      over = true;
      close();
    };
  }, [microphone, plugged]);
  return [bar, blocked];
}
