import { useTranslation } from "react-i18next";
import { RequestFailed } from "../link/client";
import { ApiError } from "./client";

/** What to say of a failure: the server's own words where it had any, else ours by its code. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (error instanceof ApiError || error instanceof RequestFailed) {
      const hasWords = error.message && error.message !== error.code;
      if (hasWords) return error.message;
      if (i18n.exists(`error.${error.code}`)) return t(`error.${error.code}`);
    }
    return t("error.unknown");
  };
}

/** The same where no form can mark the field at fault: what is wrong with it is said instead. */
export function useFaultText(): (error: unknown) => string {
  const text = useErrorText();
  return (error) => {
    const faults = error instanceof ApiError ? Object.values(error.fields).flat() : [];
    return faults.join(" ") || text(error);
  };
}
