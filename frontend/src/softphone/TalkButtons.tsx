import {
  AudioMutedOutlined,
  AudioOutlined,
  CaretRightFilled,
  InboxOutlined,
  PauseOutlined,
  PhoneOutlined,
  TableOutlined,
} from "@ant-design/icons";
import { Button, type ButtonProps, Popover, Tooltip } from "antd";
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

/** A button's words, and its key where there is room for that, too. */
export function Labelled({ text, keys }: { text: string; keys: string }) {
  return (
    <span className="phone-label">
      {text}
      {keys && <kbd>{keys}</kbd>}
    </span>
  );
}

/** A key of the telephone: its sign with its words, and when pointed at what it does and by which key of the keyboard. */
export function Tool({
  text,
  hint = text,
  keys,
  ...button
}: { text: string; hint?: string; keys: string } & Omit<ButtonProps, "children">) {
  return (
    <Tooltip title={withKey(hint, keys)}>
      <Button aria-label={text} aria-keyshortcuts={keys.replace("Ctrl", "Control") || undefined} {...button}>
        <Labelled text={text} keys={keys} />
      </Button>
    </Tooltip>
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
        <Tool
          text={t("call.park")}
          hint={t("call.park_hint")}
          keys={keys.park}
          icon={<InboxOutlined />}
          disabled={!up}
          loading={busy === "park"}
          onClick={actions.park}
          data-testid="call-park"
        />
      )}
      {hold && (
        <Tool
          text={t(`call.${hold}`)}
          keys={keys.hold}
          icon={hold === "retrieve" ? <CaretRightFilled /> : <PauseOutlined />}
          type={hold === "retrieve" ? "primary" : "default"}
          data-testid={`call-${hold}`}
          disabled={!up}
          loading={busy === "hold"}
          onClick={actions[hold]}
        />
      )}
      {may.has("hang_up") && (
        <Tool
          text={hangUp}
          keys={keys.hang_up}
          className="button-hang-up"
          icon={<PhoneOutlined rotate={225} />}
          data-testid="call-hangup"
          loading={busy === "hang_up"}
          onClick={actions.hang_up}
        />
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
    <Tool
      text={text}
      keys={keys.mute}
      type={call?.muted ? "primary" : "default"}
      icon={call?.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
      data-testid="call-mute"
      onClick={mute}
    />
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
        <Button icon={<TableOutlined />} aria-label={t("call.keypad")} data-testid="call-keypad">
          <Labelled text={t("call.keypad")} keys={keys.keypad} />
        </Button>
      </Tooltip>
    </Popover>
  );
}
