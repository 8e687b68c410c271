import { useTranslation } from "react-i18next";

/** A customer's level: the usual ones in the reader's language, others as they were typed. */
export function LevelTag({ level }: { level: string }) {
  const { t } = useTranslation();
  return <span className="level-tag">{t(`level.${level.toLowerCase()}`, { defaultValue: level })}</span>;
}
