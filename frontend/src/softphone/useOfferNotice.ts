import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
/** A desktop notice of what rings where the page is not in view; gone when the offer is. */
export function useOfferNotice(offered: boolean, who: string): void {
  const { t } = useTranslation();
  const text = useRef({ title: "", body: "" });
  text.current = { title: t("call.incoming"), body: who };
  useEffect(() => {
    if (!offered || document.visibilityState === "visible") return;
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const notice = new Notification(text.current.title, {
      body: text.current.body,
      tag: "callbase-offer",
      requireInteraction: true,
    });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  }, [offered]);
}
