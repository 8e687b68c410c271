import { useTranslation } from "react-i18next";

/** What a part of the installation is called, and of which machine it is, where it is of one of several ("disk@10.0.0.2"). */
export function usePartText() {
  const { t, i18n } = useTranslation();
  return (source: string) => {
    const [part, machine] = source.split("@");
    const called = i18n.exists(`health.part.${part}`) ? t(`health.part.${part}`) : part;
    return machine ? t("alarms.of_machine", { part: called, machine }) : called;
  };
}
