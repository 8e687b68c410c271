import { CloseOutlined, LogoutOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { InteractionView } from "../link/messages";
import { useLink, useLinkUp } from "../link/store";
import { useAsk } from "../ui/useAsk";
import * as desk from "./desk";
import type { CallFunction } from "./functions";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { Tool } from "./TalkButtons";
import { usePartyName } from "./usePartyName";

/** Who is in a conference; whose call it is takes others out. */
export function Conference({ may, interaction }: { may: ReadonlySet<CallFunction>; interaction: InteractionView }) {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const up = useLinkUp();
  const name = usePartyName();
  const you = useLink((state) => state.you);
  const first = useRef<HTMLButtonElement>(null);
  const there = interaction.phase === "conference";
  const others = interaction.parties.filter((it) => it.agent !== you && !it.consulted);
  const removable = (may.has("drop") ? others : []).filter((it) => it.kind !== "customer");
  useShortcuts(there && removable.length ? { conference: () => first.current?.focus() } : {});
  if (!there) return null;
  return (
    <div className="phone-conference" data-testid="conference">
      <span className="small muted">{t("conference.parties")}</span>
      {others.map((it) => (
        <span key={it.party} className="conference-party">
          <span className="ellipsis">{name(it)}</span>
          {it.kind === "customer" && <span className="small faint">{t("embed.customer")}</span>}
          {it.connection === "reconnecting" && <span className="small faint">{t("phase.reconnecting")}</span>}
          {removable.includes(it) && (
            <Button
              ref={it === removable[0] ? first : undefined}
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t("conference.drop", { name: name(it) })}
              title={t("conference.drop", { name: name(it) })}
              disabled={!up}
              loading={busy === it.party}
              onClick={() => void run(it.party, () => desk.drop(it.party))}
              data-testid={`drop-${it.agent ?? it.number}`}
            />
          )}
        </span>
      ))}
    </div>
  );
}

/** Anybody leaves a conference to the rest; who only joined it does so by the key that hangs up, too. */
export function LeaveControl({ may, interaction }: { may: ReadonlySet<CallFunction>; interaction: InteractionView }) {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const up = useLinkUp();
  const there = interaction.phase === "conference" && may.has("leave");
  const hangsUp = !may.has("hang_up") && !may.has("reconnect");
  const leave = () => void run("leave", desk.leave);
  useShortcuts(there ? { leave, ...(hangsUp ? { hang_up: leave } : {}) } : {});
  if (!there) return null;
  return (
    <Tool
      text={t("conference.leave")}
      hint={t("conference.leave_hint")}
      keys={hangsUp ? keys.hang_up : keys.leave}
      className={hangsUp ? "button-hang-up" : undefined}
      icon={<LogoutOutlined />}
      disabled={!up}
      loading={busy === "leave"}
      onClick={leave}
      data-testid="call-leave"
    />
  );
}
