import { PhoneOutlined } from "@ant-design/icons";
import { Button, Popover, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "../ui/useAsk";
import * as desk from "./desk";
import { PartyPicker } from "./PartyPicker";
import { numberOf, type PartyTo } from "./party-search";
import { useShortcutKeys, useShortcuts } from "./shortcuts";

/** Calls a colleague or a number. Not there while one cannot. */
export function DialControl({ able }: { able: boolean }) {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const [open, setOpen] = useState(false);
  useShortcuts({ dial: able ? () => setOpen(!open) : undefined });
  if (!able) return null;
  const call = (to: PartyTo) => {
    setOpen(false);
    void run("make_call", () => desk.makeCall(to));
  };
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        <PartyPicker
          busy={busy}
          actions={[
            {
              key: "make_call",
              label: t("party.call"),
              icon: <PhoneOutlined />,
              run: call,
              fits: (to) => numberOf(to) !== null,
            },
          ]}
        />
      }
    >
      <Tooltip title={open ? "" : keys.dial}>
        <Button icon={<PhoneOutlined />} data-testid="dial">
          {t("party.dial")}
        </Button>
      </Tooltip>
    </Popover>
  );
}
