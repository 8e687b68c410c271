import {
  CustomerServiceOutlined,
  DesktopOutlined,
  EditOutlined,
  MobileOutlined,
  SoundOutlined,
} from "@ant-design/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoftphoneDevice } from "../api/types";
import type { AgentView } from "../link/messages";
import { useLink, useMyAgent } from "../link/store";
import { SupervisionControl } from "../supervise/SupervisionControl";
import { useSupervisionOver } from "../supervise/useSupervisionOver";
import { ClickMenu } from "../ui/ClickMenu";
import { formatNumber } from "../ui/format";
import { useAsk } from "../ui/useAsk";
import { CallControl } from "./CallControl";
import * as desk from "./desk";
import { OutsideNumber } from "./OutsideNumber";
import { openSoundDialog, SoundDialog } from "./SoundDialog";
import { StateControl } from "./StateControl";
import { usePhone, useSoftphoneService } from "./service";
import "./softphone.css";

/** The telephone, on top of every page: the agent's state, the call and its buttons, the device. */
export function SoftphoneBar() {
  const { t } = useTranslation();
  const agent = useMyAgent();
  useSupervisionOver(agent);
  if (!agent) return <NoAgent />;
  return (
    <section className="phone-bar" aria-label={t("phone.bar")}>
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
const NUMBER = "number";
const ICONS = { browser: <DesktopOutlined />, sip: <CustomerServiceOutlined />, outside: <MobileOutlined /> };

/** The number is told with the agent, so it is right also where an administrator has just changed it. */
function atOutsideNumber(agent: AgentView): SoftphoneDevice | undefined {
  if (!agent.device || !agent.device_number) return undefined;
  return { id: agent.device, kind: "outside", number: agent.device_number };
}

const atNumber = (devices: SoftphoneDevice[]): string => devices.find((it) => it.kind === "outside")?.number ?? "";

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
  // Until the page's own telephone has tried, nothing is known to be wrong.
  const coming = settings === null || (isBrowser && ["off", "connecting"].includes(phone.registration));
  const label = ({ id, kind, number }: SoftphoneDevice) => {
    if (kind === "browser") return t("device.browser");
    return kind === "sip" ? t("device.desk", { id }) : t("device.outside", { number: formatNumber(number) });
  };
  const state = ({ id, kind }: SoftphoneDevice) => {
    if (kind === "outside") return t("device.by_key");
    return agent.devices_online.includes(id) ? t("device.online") : t("device.offline");
  };
  const current = atOutsideNumber(agent) ?? devices.find((it) => it.id === chosen);
  const currentLabel = current ? label(current) : "–";
  const reach = (): string => {
    if (current?.kind === "outside") return t("device.by_key");
    if (isBrowser && phone.registration === "elsewhere") return t("device.other_tab");
    if (coming) return t("device.connecting");
    return online ? t("device.online") : t("device.offline");
  };
  const [asking, setAsking] = useState(false);
  return (
    <>
      <ClickMenu
        menu={{
          selectedKeys: chosen ? [chosen] : [],
          items: [
            ...devices.map((it) => ({
              key: it.id,
              icon: ICONS[it.kind],
              label: (
                <span data-testid={`device-${it.kind}`}>
                  {label(it)} · <span className="muted">{state(it)}</span>
                </span>
              ),
            })),
            ...(settings?.outside === "own"
              ? [
                  {
                    key: NUMBER,
                    icon: <EditOutlined />,
                    label: <span data-testid="device-number">{t("device.give_number")}</span>,
                  },
                ]
              : []),
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
            else if (key === NUMBER) setAsking(true);
            else void run("device", () => desk.chooseDevice(key));
          },
        }}
      >
        <button
          type="button"
          className="phone-device"
          title={`${currentLabel} · ${reach()}`}
          data-testid="device"
          data-online={online}
        >
          {ICONS[current?.kind ?? "sip"]}
          <span>
            <span className="ellipsis">
              {current?.kind === "outside" ? formatNumber(current.number) : currentLabel}
            </span>
            <span className={`small ${coming ? "faint" : online ? "phone-online" : "phone-offline"}`}>{reach()}</span>
          </span>
        </button>
      </ClickMenu>
      <OutsideNumber open={asking} close={() => setAsking(false)} known={atNumber(devices)} />
    </>
  );
}
