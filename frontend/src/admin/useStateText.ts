import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

type Said = Record<string, string>;

/** What a part says of itself, in the words of /healthz (`callbase/web/health.py`, `callbase/platform/backup/make.py`). What is
 *  sent of it has the same words (`callbase/apps/alarms/words.py`); `reasons.json` holds both to them. */
const STATES: [RegExp, (t: TFunction, said: Said) => string][] = [
  [/^silent for (?<seconds>\d+) s$/, (t, said) => t("health.state.silent", said)],
  [/^no answer within (?<seconds>[\d.]+) s$/, (t, said) => t("health.state.no_answer", said)],
  [/^not answering: (?<why>.*)$/s, (t, said) => t("health.state.not_answering", said)],
  [/^none leads: (?<why>.*)$/s, (t, said) => t("health.state.none_leads", said)],
  [/^(?<count>\d+) events failed within (?<seconds>[\d.]+) s/, (t, said) => t("health.state.core_fails", said)],
  [/^(?<home>\S+) has not been prepared/, (t, said) => t("health.state.not_prepared", said)],
  [/^database: (?<why>.*)$/s, (t, said) => t("health.state.database", said)],
  [/^node (?<node>[^:]*): (?<why>.*)$/s, (t, said) => t("health.state.node", said)],
  [/^the last one failed: (?<why>.*)$/s, (t, said) => t("health.state.backup_failed", said)],
  [/^the last one is (?<hours>\d+) hours old$/, (t, said) => t("health.state.backup_old", said)],
  [/^(?<free>\d+) MB free/, (t, said) => t("health.state.disk_full", said)],
  [/^(?<server>\S+) is (?<seconds>\d+) s behind/, (t, said) => t("health.state.replica_behind", said)],
  [/^(?<server>\S+) does not answer: (?<why>.*)$/s, (t, said) => t("health.state.server_silent", said)],
  [/^(?<one>\S+) and (?<other>\S+) both take writes/, (t, said) => t("health.state.two_primaries", said)],
  [/^none of the servers takes writes/, (t) => t("health.state.no_primary")],
  [/^(?<trunk>\S+) is (?<why>\w+) at the carrier/, (t, said) => t("health.state.trunk", said)],
  [/^(?<gone>\d+) of (?<all>\d+) agents on duty/, (t, said) => t("health.state.telephones", said)],
  [/^(?<count>\d+) recordings could not be kept/, (t, said) => t("health.state.recordings_failed", said)],
  [/^recordings have waited for (?<minutes>\d+) minutes/, (t, said) => t("health.state.recordings_wait", said)],
  [/^jobs have been due for (?<minutes>\d+) minutes/, (t, said) => t("health.state.jobs_wait", said)],
  [/^(?<count>\d+) jobs failed/, (t, said) => t("health.state.jobs_failed", said)],
  [/^(?<file>\S+) ends in (?<days>\d+) days/, (t, said) => t("health.state.certificate_ends", said)],
  [/^(?<file>\S+) has ended/, (t, said) => t("health.state.certificate_ended", said)],
  [/^(?<file>\S+) cannot be read: (?<why>.*)$/s, (t, said) => t("health.state.certificate_unreadable", said)],
  [/^(?<seconds>[\d.]+) s apart from the database's$/, (t, said) => t("health.state.clock_database", said)],
  [/^(?<seconds>[\d.]+) s apart from the engine's$/, (t, said) => t("health.state.clock_engine", said)],
  [/^ok$/, (t) => t("health.state.ok")],
  [/^rejected$/, (t) => t("health.state.rejected")],
  [/^unregistered$/, (t) => t("health.state.unregistered")],
  [/^stopping$/, (t) => t("health.state.stopping")],
  [/^stopped$/, (t) => t("health.state.stopped")],
  [/^not running$/, (t) => t("health.state.not_running")],
  [/^not connected$/, (t) => t("health.state.not_connected")],
  [/^no node$/, (t) => t("health.state.no_node")],
  [/^not ready to take over$/, (t) => t("health.state.not_armed")],
  [/^none stands by$/, (t) => t("health.state.none_stands_by")],
  [/^none was made yet$/, (t) => t("health.state.no_backup")],
  [/^no configuration was ever published$/, (t) => t("health.state.nothing_published")],
  [/^unknown/, (t) => t("health.state.unknown")],
];

/** Between what is said of several nodes, trunks or servers. */
const SEVERAL = /, (?=node [^:]*: )|; (?=\S+ (?:is|does not answer) )/;

/** What nobody foresaw, a library's complaint say, stays as it was said. */
function words(t: TFunction, state: string): string {
  const each = state.split(SEVERAL);
  if (each.length > 1) return each.map((one) => words(t, one)).join(t("health.state.between"));
  for (const [pattern, told] of STATES) {
    const found = pattern.exec(state);
    if (!found) continue;
    const said = Object.entries(found.groups ?? {}).map(([name, value]) => [name, words(t, value)]);
    return told(t, Object.fromEntries(said) as Said);
  }
  return state;
}

export function useStateText(): (state: string) => string {
  const { t } = useTranslation();
  return (state) => words(t, state);
}
