import { BarChart, GaugeChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTheme } from "../app/preferences";

use([
  BarChart,
  GaugeChart,
  LineChart,
  PieChart,
  GridComponent,
  TooltipComponent,
  LegendComponent,
  AriaComponent,
  SVGRenderer,
]);

type Colour = (name: string) => string;

/** A chart that follows what it is told to show; colours are the page's own, so the theme draws it anew. */
export default function Chart({ option }: { option: (colour: Colour) => EChartsCoreOption }) {
  const dark = useTheme((state) => state.dark);
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  useEffect(() => {
    if (!element.current) return;
    const made = init(element.current, null, { renderer: "svg" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so the theme is one more reason to draw
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour: Colour = (name) => style.getPropertyValue(name).trim();
    chart.current?.setOption({
      aria: { enabled: true },
      animationDuration: 250,
      animationDurationUpdate: 250,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--text-2") },
      ...option(colour),
    });
  }, [option, dark]);
  return <div ref={element} className="wall-chart" />;
}
