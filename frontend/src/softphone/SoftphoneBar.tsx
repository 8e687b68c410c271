import { CustomerServiceOutlined, DesktopOutlined, SoundOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLink, useMyAgent } from "../link/store";
import { SupervisionControl } from "../supervise/SupervisionControl";
import { useAsk } from "../ui/useAsk";
import { CallControl } from "./CallControl";
import * as desk from "./desk";
import { openSoundDialog, SoundDialog } from "./SoundDialog";
import { StateControl } from "./StateControl";
import { usePhone, useSoftphoneService } from "./service";
import "./softphone.css";

/** The telephone, on top of every page: the agent's state, the call and its buttons, the device. */
export function SoftphoneBar() {
  const agent = useMyAgent();
  if (!agent) return <NoAgent />;
  return (
    <section className="phone-bar" aria-label="softphone">
      <StateControl agent={agent} />
      {agent.supervises ? <SupervisionControl supervision={agent.supervises} /> : <CallControl agent={agent} />}
      <DeviceControl agent={agent} />
      <SoundDialog />
    </section>
  );
}

function NoAgent() {
  const { t } = useTranslation();
  const status = useLink((state) => state.status);
  return (
    <section className="phone-bar">
      <span className="muted">{status === "refused" ? t("link.refused") : t("link.connecting")}</span>
    </section>
  );
}

const SOUND = "sound";

function DeviceControl({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { run } = useAsk();
  const settings = useSoftphoneService((state) => state.settings);
  const phone = usePhone();
  const devices = settings?.devices ?? [];
  const browserDevice = settings?.sip?.user;
  const chosen = agent.device ?? browserDevice ?? devices[0]?.id;
  const isBrowser = chosen === browserDevice;
  const online =
    isBrowser && phone.registration !== "elsewhere"
      ? phone.registration === "registered"
      : agent.devices_online.includes(chosen ?? "");
  const label = (id: string, kind: string) => (kind === "browser" ? t("device.browser") : t("device.desk", { id }));
  const current = devices.find((it) => it.id === chosen);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: chosen ? [chosen] : [],
        items: [
          ...devices.map((it) => ({
            key: it.id,
            icon: it.kind === "browser" ? <DesktopOutlined /> : <CustomerServiceOutlined />,
            label: (
              <span data-testid={`device-${it.kind}`}>
                {label(it.id, it.kind)} ·{" "}
                <span className="muted">
                  {agent.devices_online.includes(it.id) ? t("device.online") : t("device.offline")}
                </span>
              </span>
            ),
          })),
          ...(browserDevice
            ? [
                { type: "divider" as const },
                {
                  key: SOUND,
                  icon: <SoundOutlined />,
                  label: <span data-testid="device-sound">{t("audio.open")}</span>,
                },
              ]
            : []),
        ],
        onClick: ({ key }) => {
          if (key === SOUND) openSoundDialog();
          else void run("device", () => desk.chooseDevice(key));
        },
      }}
    >
      <button type="button" className="phone-device" data-testid="device" data-online={online}>
        {isBrowser ? <DesktopOutlined /> : <CustomerServiceOutlined />}
        <span>
          <span className="ellipsis">{current ? label(current.id, current.kind) : "–"}</span>
          <span className={`small ${online ? "phone-online" : "phone-offline"}`}>
            {isBrowser && phone.registration === "elsewhere"
              ? t("device.other_tab")
              : online
                ? t("device.online")
                : t("device.offline")}
          </span>
        </span>
      </button>
    </Dropdown>
  );
}
