import { InboxOutlined } from "@ant-design/icons";
import { App, Button, Popover, Tooltip } from "antd";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import type { AgentView } from "../link/messages";
import { useAgents, useLink, useLinkUp } from "../link/store";
import { formatNumber } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useAsk } from "../ui/useAsk";
import { usePopover } from "../ui/usePopover";
import { useQueueName } from "../ui/useQueueName";
import * as desk from "./desk";
import { takeFocus } from "./focus";
import { type Takeable, takeable } from "./pick-up";
import { useShortcutKeys, useShortcuts, withKey } from "./shortcuts";

/** Parked calls, and what rings at colleagues: there while there is any. */
export function PickUpControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const up = useLinkUp();
  const agents = useAgents();
  const interactions = useLink(useShallow((state) => Object.values(state.view?.interactions ?? {})));
  const [open, setOpen] = usePopover();
  const found = takeable(agent, agents, interactions);
  const some = found.length > 0;
  // What was just told, of a call that was parked, would lie over the list.
  const show = (on: boolean) => {
    if (on) message.destroy();
    setOpen(on);
  };
  const tellNone = () => void message.info(t("pick_up.none"));
  useShortcuts({ pick_up: up ? (some ? () => show(!open) : tellNone) : undefined });
  if (!some) return null;
  const take = (it: Takeable) => void run(it.key, () => desk.pickUp(it.take)).then((done) => done && setOpen(false));
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={show}
      destroyOnHidden
      content={
        <div className="pick-up" data-testid="pick-up-list" onKeyDown={moveFocus} role="menu" tabIndex={-1}>
          {found.map((it, index) => (
            <button
              key={it.key}
              ref={index === 0 ? takeFocus : undefined}
              type="button"
              role="menuitem"
              className="party"
              disabled={busy !== null}
              onClick={() => take(it)}
              data-testid={`pick-up-${it.key}`}
            >
              <Waiting it={it} />
            </button>
          ))}
        </div>
      }
    >
      <Tooltip title={open ? "" : withKey(t("pick_up.hint"), keys.pick_up)}>
        <Button icon={<InboxOutlined />} disabled={!up} data-testid="pick-up">
          {t("pick_up.button", { count: found.length })}
        </Button>
      </Tooltip>
    </Popover>
  );
}

function Waiting({ it }: { it: Takeable }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const queue = it.kind === "parked" && it.interaction.queue ? ` · ${queueName(it.interaction.queue)}` : "";
  return (
    <>
      <span className="grow ellipsis">
        {it.kind === "parked" ? formatNumber(it.who) : t("pick_up.rings_at", { name: it.who })}
      </span>
      <span className="small faint num">
        {it.kind === "parked" ? `${t("phase.parked")}${queue}` : ""} <Since ms={it.sinceMs} />
      </span>
    </>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!step) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  items[Math.max(0, items.indexOf(document.activeElement as HTMLElement) + step)]?.focus();
  event.preventDefault();
}
