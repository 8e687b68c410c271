import {
  AudioMutedOutlined,
  AudioOutlined,
  CaretRightFilled,
  InboxOutlined,
  PauseOutlined,
  PhoneOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button, Popover, Tooltip } from "antd";
import type { PropsWithChildren } from "react";
import { useTranslation } from "react-i18next";
import { useLinkUp } from "../link/store";
import { useAsk } from "../ui/useAsk";
import { DigitPad } from "./DigitPad";
import * as desk from "./desk";
import type { CallFunction } from "./functions";
import { QualityMark } from "./QualityMark";
import { usePhone } from "./service";
import { useShortcutKeys, withKey } from "./shortcuts";

export type Actions = Partial<Record<CallFunction, () => void>>;

/** A button's words and its key, both left out where the window is narrow. */
export function Labelled({ text, keys }: { text: string; keys: string }) {
  return (
    <>
      <span className="phone-label">{text}</span> {keys && <kbd>{keys}</kbd>}
    </>
  );
}

/** With the call as it is; what brings others into it stands among them. */
export function TalkButtons({
  may,
  actions,
  busy,
  keypad,
  setKeypad,
  together,
  children,
}: PropsWithChildren<{
  may: ReadonlySet<CallFunction>;
  actions: Actions;
  busy: string | null;
  keypad: boolean;
  setKeypad: (open: boolean) => void;
  /** Others than the customer are in the call, and hanging up ends it for them too. */
  together: boolean;
}>) {
  const { t } = useTranslation();
  const keys = useShortcutKeys();
  const up = useLinkUp();
  const hangUp = together ? t("conference.end") : t("call.hang_up");
  const hold = may.has("retrieve") ? "retrieve" : may.has("hold") ? "hold" : null;
  return (
    <>
      {may.has("mute") && <QualityMark />}
      {may.has("mute") && <MuteButton mute={actions.mute} />}
      {may.has("digits") && <Keypad open={keypad} setOpen={setKeypad} />}
      {children}
      {may.has("park") && (
        <Tooltip title={withKey(t("call.park_hint"), keys.park)}>
          <Button
            icon={<InboxOutlined />}
            aria-label={t("call.park")}
            disabled={!up}
            loading={busy === "park"}
            onClick={actions.park}
            data-testid="call-park"
          />
        </Tooltip>
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
      {may.has("hang_up") && (
        <Button
          className="button-hang-up"
          icon={<PhoneOutlined rotate={225} />}
          aria-label={hangUp}
          data-testid="call-hangup"
          loading={busy === "hang_up"}
          onClick={actions.hang_up}
        >
          <Labelled text={hangUp} keys={keys.hang_up} />
        </Button>
      )}
    </>
  );
}

function MuteButton({ mute }: { mute: (() => void) | undefined }) {
  const { t } = useTranslation();
  const keys = useShortcutKeys();
  const { call } = usePhone();
  const text = call?.muted ? t("call.unmute") : t("call.mute");
  return (
    <Tooltip title={withKey(text, keys.mute)}>
      <Button
        type={call?.muted ? "primary" : "default"}
        icon={call?.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
        aria-label={text}
        data-testid="call-mute"
        onClick={mute}
      />
    </Tooltip>
  );
}

function Keypad({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  const { t } = useTranslation();
  const { run } = useAsk();
  const keys = useShortcutKeys();
  return (
    <Popover
      trigger="click"
      placement="bottom"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<DigitPad press={(digit) => void run("digit", () => desk.sendDigit(digit))} handle="call-key" typed />}
    >
      <Tooltip title={open ? "" : withKey(t("call.keypad"), keys.keypad)}>
        <Button icon={<TableOutlined />} aria-label={t("call.keypad")} data-testid="call-keypad" />
      </Tooltip>
    </Popover>
  );
}
