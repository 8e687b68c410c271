import { ExportOutlined, MoreOutlined, PhoneOutlined, VerticalAlignTopOutlined } from "@ant-design/icons";
import { Button, type MenuProps, Tag } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { otherNumber } from "../interactions/other-end";
import type { InteractionView } from "../link/messages";
import { waitsSinceMs } from "../softphone/since";
import { type CallAction, callActionsFor, waitsForCallback } from "../supervise/actions";
import { CallDrawer } from "../supervise/CallDrawer";
import { type Supervise, useSupervise } from "../supervise/useSupervise";
import { ClickMenu } from "../ui/ClickMenu";
import { formatNumber } from "../ui/format";
import { Nothing } from "../ui/Nothing";
import { Since } from "../ui/Ticking";
import { useQueueName } from "../ui/useQueueName";

const NOT_ANSWERED = ["queue", "offer", "callback", "flow", "reconnecting", "voicemail"];

/** Of calls within the house only who stands in line for a queue waits here, not an agent who calls a colleague. */
const waits = (it: InteractionView): boolean =>
  NOT_ANSWERED.includes(it.phase) && (it.direction !== "internal" || it.queue !== null);

const who = (it: InteractionView, t: TFunction): string =>
  it.customer?.name || formatNumber(otherNumber(it)) || t("call.anonymous");

const stands = (it: InteractionView, t: TFunction): string => {
  if (it.until_open) return t("board.callback_until_open");
  return waitsForCallback(it) ? t("board.callback") : t(`phase.${it.phase}`);
};

/** Calls nobody has answered yet, by their place in line. */
export function Calls({ interactions }: { interactions: InteractionView[] }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const supervise = useSupervise();
  const [opened, setOpened] = useState<string | null>(null);
  const waiting = interactions
    .filter(waits)
    .sort((a, b) => (a.position ?? 1e9) - (b.position ?? 1e9) || a.started_ms - b.started_ms);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2 className="grow">{t("board.not_answered")}</h2>
        <span className="muted num">{waiting.length}</span>
      </div>
      {waiting.length === 0 ? (
        <Nothing text={t("board.nobody_waits")} />
      ) : (
        <ul className="waiting-list" data-testid="board-calls">
          {waiting.map((it) => (
            <li key={it.interaction} data-testid={`call-${it.interaction}`}>
              <span className="waiting-place num">{it.position ?? "·"}</span>
              <span className="grow">
                <span className="row">
                  <Link to={`/interactions/${it.interaction}`} className="waiting-who ellipsis">
                    {who(it, t)}
                  </Link>
                  {it.priority !== 0 && <Tag>{t("board.priority", { priority: it.priority })}</Tag>}
                </span>
                <span className="small muted ellipsis">
                  {it.customer?.name && <span className="num">{formatNumber(otherNumber(it))} · </span>}
                  {it.queue ? `${queueName(it.queue)} · ` : ""}
                  {stands(it, t)}
                </span>
              </span>
              <b>
                <Since ms={it.phase === "flow" ? it.started_ms : waitsSinceMs(it)} />
              </b>
              {supervise && <CallMenu call={it} supervise={supervise} open={() => setOpened(it.interaction)} />}
            </li>
          ))}
        </ul>
      )}
      {opened && <CallDrawer interaction={opened} close={() => setOpened(null)} />}
    </section>
  );
}

function CallMenu({ call, supervise, open }: { call: InteractionView; supervise: Supervise; open: () => void }) {
  const { t } = useTranslation();
  const callback = waitsForCallback(call);
  const entries: Record<CallAction, NonNullable<MenuProps["items"]>[number]> = {
    first: { key: "first", icon: <VerticalAlignTopOutlined />, label: t("supervise.first") },
    reroute: { key: "reroute", icon: <ExportOutlined />, label: `${t("supervise.reroute")}…` },
    release: {
      key: "release",
      icon: <PhoneOutlined rotate={225} />,
      danger: true,
      label: `${callback ? t("supervise.cancel_callback") : t("supervise.release")}…`,
    },
  };
  const act: Record<CallAction, () => void> = {
    first: () => supervise.putFirst(call),
    reroute: open,
    release: () => supervise.release(call),
  };
  const actions = callActionsFor(call).filter((it) => (it === "release" ? supervise.releases : supervise.directs));
  if (actions.length === 0) return null;
  return (
    <ClickMenu
      placement="bottomRight"
      menu={{
        // The list moves up as callers leave it, the menu stays.
        items: [{ key: "who", type: "group", label: who(call, t) }, ...actions.map((it) => entries[it])],
        onClick: ({ key }) => act[key as CallAction](),
      }}
    >
      <Button
        type="text"
        size="small"
        className="waiting-menu"
        icon={<MoreOutlined />}
        aria-label={t("common.actions")}
        data-testid={`call-menu-${call.interaction}`}
      />
    </ClickMenu>
  );
}
