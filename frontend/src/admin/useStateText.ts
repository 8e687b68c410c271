import { useTranslation } from "react-i18next";

/** What a part says of itself, in the words of /healthz, for a reader. What a library complained of stays as it said it. */
export function useStateText(): (state: string) => string {
  const { t } = useTranslation();
  return (state) => {
    const said = (pattern: RegExp) => pattern.exec(state)?.groups ?? (pattern.test(state) ? {} : undefined);
    const silent = said(/^silent for (?<seconds>\d+) s$/);
    if (silent) return t("health.state.silent", silent);
    const late = said(/^no answer within (?<seconds>[\d.]+) s$/);
    if (late) return t("health.state.no_answer", late);
    const away = said(/^(?:not answering|none leads): (?<why>.*)$/s);
    if (away) return t("health.state.not_answering", away);
    const database = said(/^database: (?<why>.*)$/s);
    if (database) return t("health.state.database", database);
    const node = said(/^node (?<node>[^:]*): (?<why>.*)$/s);
    if (node) return t("health.state.node", { ...node, why: words(node.why ?? "") });
    const failed = said(/^the last one failed: (?<why>.*)$/s);
    if (failed) return t("health.state.backup_failed", failed);
    const old = said(/^the last one is (?<hours>\d+) hours old$/);
    if (old) return t("health.state.backup_old", old);
    const disk = said(/^(?<free>\d+) MB free/);
    if (disk) return t("health.state.disk_full", disk);
    return words(state);
  };

  function words(state: string): string {
    switch (state) {
      case "not running":
        return t("health.state.not_running");
      case "not connected":
        return t("health.state.not_connected");
      case "no node":
        return t("health.state.no_node");
      case "not ready to take over":
        return t("health.state.not_armed");
      case "none stands by":
        return t("health.state.none_stands_by");
      case "none was made yet":
        return t("health.state.no_backup");
      case "no configuration was ever published":
        return t("health.state.nothing_published");
    }
    return state.startsWith("unknown") ? t("health.state.unknown") : state;
  }
}
