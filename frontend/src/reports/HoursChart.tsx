import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { TodayReport } from "../api/types";
import { useTheme } from "../app/preferences";

use([BarChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** The day by the hour: answered and abandoned stacked, so that the height is what was finished. */
export default function HoursChart({ hours }: { hours: TodayReport["hours"] }) {
  const { t } = useTranslation();
  const dark = useTheme((state) => state.dark);
  const element = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so the theme is one more reason to draw
  useEffect(() => {
    if (!element.current) return;
    const chart = init(element.current, null, { renderer: "svg" });
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const byHour = new Map(hours.map((it) => [it.hour, it]));
    const shown = Array.from({ length: 24 }, (_, hour) => hour);
    const text = colour("--text-2");
    chart.setOption({
      aria: { enabled: true },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      animationDuration: 300,
      grid: { left: 36, right: 8, top: 36, bottom: 26 },
      legend: { top: 0, right: 0, textStyle: { color: text }, itemWidth: 12, itemHeight: 12 },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        backgroundColor: colour("--surface"),
        borderColor: colour("--line-strong"),
        textStyle: { color: colour("--text") },
      },
      xAxis: {
        type: "category",
        data: shown.map((hour) => `${hour}:00`),
        axisLine: { lineStyle: { color: colour("--line-strong") } },
        axisTick: { show: false },
        axisLabel: { color: text, interval: 1 },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        splitLine: { lineStyle: { color: colour("--line") } },
        axisLabel: { color: text },
      },
      series: [
        {
          name: t("metric.answered"),
          type: "bar",
          stack: "all",
          barMaxWidth: 26,
          itemStyle: { color: colour("--talk") },
          data: shown.map((hour) => byHour.get(hour)?.answered ?? 0),
        },
        {
          name: t("metric.abandoned"),
          type: "bar",
          stack: "all",
          barMaxWidth: 26,
          itemStyle: {
            color: colour("--queue"),
            decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -0.8, color: "rgba(0,0,0,.18)" },
          },
          data: shown.map((hour) => byHour.get(hour)?.abandoned ?? 0),
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [hours, dark, t]);
  return <div ref={element} style={{ height: "100%" }} data-testid="hours-chart" />;
}
