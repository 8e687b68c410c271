import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLink, useMyAgent } from "../link/store";
import { MissedCalls } from "./MissedCalls";
import { checkMicrophone, takeOverTelephone, unblockSound, usePhone, useSoftphoneService } from "./service";

/** What stands in the way of work, on top of the page, each with the way out. */
export function Notices({ works }: { works: boolean }) {
  const { t } = useTranslation();
  const link = useLink();
  const phone = usePhone();
  const agent = useMyAgent();
  const { settings } = useSoftphoneService();
  const usesBrowser = works && settings?.sip !== null && (!agent?.device || agent.device === settings?.sip?.user);
  const action = (label: string, run: () => void, handle: string) => (
    <Button size="small" type="primary" onClick={run} data-testid={handle}>
      {label}
    </Button>
  );
  return (
    <div className="notices" role="status">
      {link.status === "waiting" && link.view && (
        <Alert banner type="warning" title={t("link.lost")} data-testid="notice-link" />
      )}
      {link.status === "refused" && <Alert banner type="error" title={t("link.refused")} />}
      {!link.engineOnline && <Alert banner type="warning" title={t("link.engine_away")} data-testid="notice-engine" />}
      {link.engineOnline && link.view && !link.view.switch_online && (
        <Alert banner type="error" title={t("link.switch_away")} data-testid="notice-switch" />
      )}
      {works && <MissedCalls />}
      {agent?.connection === "reconnecting" && (
        <Alert banner type="warning" title={t("phone.reconnecting")} data-testid="notice-reconnecting" />
      )}
      {phone.soundBlocked && (
        <Alert
          banner
          type="warning"
          title={t("phone.sound_blocked")}
          action={action(t("phone.sound_on"), () => void unblockSound(), "sound-on")}
        />
      )}
      {works && phone.registration === "elsewhere" && (
        <Alert
          banner
          type="info"
          title={t("phone.elsewhere")}
          data-testid="notice-elsewhere"
          action={action(t("phone.take_over"), takeOverTelephone, "phone-take-over")}
        />
      )}
      {usesBrowser && phone.registration === "lost" && phone.failures > 1 && (
        <Alert
          banner
          type="warning"
          title={t("phone.not_registered", { cause: phone.failure ?? "" })}
          data-testid="notice-phone"
        />
      )}
      {usesBrowser && ["denied", "missing", "insecure"].includes(phone.microphone) && (
        <Alert
          banner
          type="error"
          title={t(`microphone.${phone.microphone}`)}
          description={t(`microphone.${phone.microphone}_help`)}
          data-testid="notice-microphone"
          action={
            phone.microphone === "insecure"
              ? null
              : action(t("common.retry"), () => void checkMicrophone(), "microphone-retry")
          }
        />
      )}
    </div>
  );
}
