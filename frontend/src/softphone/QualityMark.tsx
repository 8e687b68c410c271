import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { gradeOf, type Quality } from "./quality";
import { useQuality } from "./quality-watch";

const BARS = { good: 3, fair: 2, poor: 1 } as const;

/** Three bars, fewer and of another colour the worse the call sounds; the figures on pointing at it. */
export function QualityMark() {
  const { t } = useTranslation();
  const now = useQuality((state) => state.now);
  if (!now) return null;
  const grade = gradeOf(now.mos);
  return (
    <Tooltip title={<QualityFigures quality={now} />}>
      <span
        className={`quality quality-${grade}`}
        role="img"
        aria-label={`${t("quality.title")}: ${t(`quality.${grade}`)}`}
        data-testid="call-quality"
        data-grade={grade}
      >
        {[1, 2, 3].map((bar) => (
          <i key={bar} className={bar <= BARS[grade] ? "quality-on" : ""} />
        ))}
      </span>
    </Tooltip>
  );
}

export function QualityFigures({ quality }: { quality: Quality }) {
  const { t } = useTranslation();
  const ms = (value: number | null) => (value === null ? "–" : t("quality.ms", { value: Math.round(value) }));
  return (
    <dl className="quality-figures num">
      <dt>{t("quality.mos")}</dt>
      <dd>{quality.mos.toFixed(1)}</dd>
      <dt>{t("quality.rtt")}</dt>
      <dd>{ms(quality.rttMs)}</dd>
      <dt>{t("quality.jitter")}</dt>
      <dd>{ms(quality.jitterMs)}</dd>
      <dt>{t("quality.loss")}</dt>
      <dd>{t("quality.percent", { value: (quality.loss * 100).toFixed(1) })}</dd>
    </dl>
  );
}
