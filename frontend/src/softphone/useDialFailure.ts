import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneState } from "./machine";

/** Says why a call that was dialled came to nothing. */
export function useDialFailure(phone: PhoneState): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dialled = useRef(false);
  const { call, lastFailure } = phone;
  useEffect(() => {
    if (call) {
      dialled.current = call.direction === "outgoing" && !call.test;
      return;
    }
    if (dialled.current && lastFailure && lastFailure !== "Canceled") {
      const cause = lastFailure.replaceAll(" ", "_").toLowerCase();
      void message.warning(t(`call_failed.${cause}`, { defaultValue: t("call_failed.other") }));
    }
    dialled.current = false;
  }, [call, lastFailure, message, t]);
}
