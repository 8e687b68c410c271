import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

type Said = Record<string, string>;

/** What a part says of itself, in the words of /healthz (`callbase/web/health.py`, `callbase/platform/backup/make.py`). */
const STATES: [RegExp, (t: TFunction, said: Said) => string][] = [
  [/^silent for (?<seconds>\d+) s$/, (t, said) => t("health.state.silent", said)],
  [/^no answer within (?<seconds>[\d.]+) s$/, (t, said) => t("health.state.no_answer", said)],
  [/^(?:not answering|none leads): (?<why>.*)$/s, (t, said) => t("health.state.not_answering", said)],
  [/^database: (?<why>.*)$/s, (t, said) => t("health.state.database", said)],
  [
    /^node (?<node>[^:]*): (?<why>.*)$/s,
    (t, said) => t("health.state.node", { ...said, why: words(t, said.why ?? "") }),
  ],
  [/^the last one failed: (?<why>.*)$/s, (t, said) => t("health.state.backup_failed", said)],
  [/^the last one is (?<hours>\d+) hours old$/, (t, said) => t("health.state.backup_old", said)],
  [/^(?<free>\d+) MB free/, (t, said) => t("health.state.disk_full", said)],
  [/^(?<server>\S+) is (?<seconds>\d+) s behind/, (t, said) => t("health.state.replica_behind", said)],
  [/^(?<server>\S+) does not answer: (?<why>.*)$/s, (t, said) => t("health.state.server_silent", said)],
  [/^(?<servers>.*) both take writes/, (t, said) => t("health.state.two_primaries", said)],
  [/^none of the servers takes writes/, (t) => t("health.state.no_primary")],
  [
    /^(?<trunk>\S+) is (?<why>\w+) at the carrier/,
    (t, said) => t("health.state.trunk", { ...said, interpolation: { escapeValue: false } }),
  ],
  [/^(?<gone>\d+) of (?<all>\d+) agents on duty/, (t, said) => t("health.state.telephones", said)],
  [/^(?<count>\d+) recordings could not be kept/, (t, said) => t("health.state.recordings_failed", said)],
  [/^recordings have waited for (?<minutes>\d+) minutes/, (t, said) => t("health.state.recordings_wait", said)],
  [/^jobs have been due for (?<minutes>\d+) minutes/, (t, said) => t("health.state.jobs_wait", said)],
  [/^(?<count>\d+) jobs failed/, (t, said) => t("health.state.jobs_failed", said)],
  [
    /^(?<file>\S+) ends in (?<days>\d+) days/,
    (t, said) => t("health.state.certificate_ends", { ...said, interpolation: { escapeValue: false } }),
  ],
  [
    /^(?<file>\S+) has ended/,
    (t, said) => t("health.state.certificate_ended", { ...said, interpolation: { escapeValue: false } }),
  ],
  [/^(?<seconds>[\d.]+) s apart from the (?<whose>\w+)'s/, (t, said) => t("health.state.clock", said)],
  [/^not running$/, (t) => t("health.state.not_running")],
  [/^not connected$/, (t) => t("health.state.not_connected")],
  [/^no node$/, (t) => t("health.state.no_node")],
  [/^not ready to take over$/, (t) => t("health.state.not_armed")],
  [/^none stands by$/, (t) => t("health.state.none_stands_by")],
  [/^none was made yet$/, (t) => t("health.state.no_backup")],
  [/^no configuration was ever published$/, (t) => t("health.state.nothing_published")],
  [/^unknown/, (t) => t("health.state.unknown")],
];

/** What nobody foresaw, a library's complaint say, stays as it was said. */
function words(t: TFunction, state: string): string {
  for (const [pattern, told] of STATES) {
    const found = pattern.exec(state);
    if (found) return told(t, { ...found.groups });
  }
  return state;
}

export function useStateText(): (state: string) => string {
  const { t } = useTranslation();
  return (state) => words(t, state);
}
