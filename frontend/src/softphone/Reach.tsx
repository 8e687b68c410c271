import { ExportOutlined, SwapOutlined, UserAddOutlined, UserSwitchOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import * as desk from "./desk";
import type { CallFunction } from "./functions";
import { PartyPopover } from "./PartyPopover";

const WAYS = ["consult", "transfer", "add"] as const satisfies readonly CallFunction[];
const ICONS = { consult: <UserSwitchOutlined />, transfer: <SwapOutlined />, add: <UserAddOutlined /> };

/** Somebody else for the call at hand: asked first, given the customer at once, or called into the talk. */
export function ReachControl({ may }: { may: ReadonlySet<CallFunction> }) {
  const { t } = useTranslation();
  const reaches = { consult: desk.consult, transfer: desk.transfer, add: desk.add };
  const ways = WAYS.filter((it) => may.has(it)).map((key) => ({
    key,
    label: t(`party.${key}`),
    icon: ICONS[key],
    reach: reaches[key],
    fits: (it: { free: boolean }) => it.free,
  }));
  if (ways.length === 0) return null;
  return (
    <PartyPopover
      ways={ways}
      label={ways.map((it) => it.label).join(" · ")}
      icon={<UserSwitchOutlined />}
      text={t("party.reach")}
      placement="bottomRight"
      handle="call-reach"
    />
  );
}

/** What rings is sent to somebody else, unanswered. */
export function RedirectControl() {
  const { t } = useTranslation();
  const way = {
    key: "redirect",
    label: t("party.redirect"),
    icon: <ExportOutlined />,
    reach: desk.redirect,
    fits: (it: { state: string | null }) => it.state !== "logged_off",
  };
  return (
    <PartyPopover
      ways={[way]}
      label={t("party.redirect")}
      icon={<ExportOutlined />}
      text={t("party.redirect")}
      placement="bottomRight"
      handle="call-redirect"
    />
  );
}
