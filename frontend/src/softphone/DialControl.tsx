import { PhoneOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import * as desk from "./desk";
import { PartyPopover } from "./PartyPopover";

/** Calls a colleague, a queue or a number. */
export function DialControl() {
  const { t } = useTranslation();
  return (
    <PartyPopover
      ways={[
        {
          key: "make_call",
          label: t("party.call"),
          icon: <PhoneOutlined />,
          reach: desk.makeCall,
          fits: (it) => it.free,
        },
      ]}
      label={t("party.dial")}
      icon={<PhoneOutlined />}
      text={t("party.dial")}
      placement="bottomLeft"
      handle="dial"
    />
  );
}
