import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

/** Why a message could not be sent, in the words of `callbase/apps/alarms/sending.py` and of the libraries it sends by. */
const FAILURES: [RegExp, (t: TFunction, said: Record<string, string>) => string][] = [
  [/^it answers (?<status>\d+)$/, (t, said) => t("recipients.failures.answers", said)],
  [/^no mail server is set/, (t) => t("recipients.failures.no_mail_server")],
  [/^its secret was sealed/, (t) => t("recipients.failures.secret_lost")],
  [/Connection refused/, (t) => t("recipients.failures.refused")],
  [/timed out/, (t) => t("recipients.failures.timed_out")],
  [/not known|name resolution|No address/, (t) => t("recipients.failures.unknown_host")],
  [/CERTIFICATE_VERIFY_FAILED/, (t) => t("recipients.failures.certificate")],
];

/** What nobody foresaw, such as a mail server's own words, stays as it was said. */
export function useFailureText(): (failure: string) => string {
  const { t } = useTranslation();
  return (failure) => {
    for (const [pattern, told] of FAILURES) {
      const found = pattern.exec(failure);
      if (found) return told(t, { ...found.groups });
    }
    return failure;
  };
}
