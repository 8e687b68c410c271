import { useEffect } from "react";
import { usePermission } from "../api/session";
import type { Person } from "../api/types";
import { setLanguage } from "../i18n";
import { link, watchPage } from "../link/store";
import { dropSoftphone } from "../softphone/service";
import { useSoftphoneStart } from "../softphone/useSoftphoneStart";
import { setTheme } from "./preferences";

/** What runs while somebody is signed in: its language and look, the link, its telephone. Whether it works as an agent. */
export function useDesk(person: Person): boolean {
  const may = usePermission();
  const works = Boolean(person.agent) && may("agent.work");
  useEffect(() => {
    setLanguage(person.language);
    setTheme(person.theme);
  }, [person.language, person.theme]);
  useEffect(() => {
    const stopWatching = watchPage();
    return () => {
      stopWatching();
      dropSoftphone();
      link.stop();
    };
  }, []);
  useSoftphoneStart(works);
  return works;
}
