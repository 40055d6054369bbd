// A chart that a page declares: its data lies in the element, beside the SVG that stands there until this draws.
import type { EChartsCoreOption } from "echarts/core";

type One = { name: string; kind: "bar" | "line"; stack: string; colour: string; values: (number | null)[]; urls: string[] };
export type Declared = { labels: string[]; unit: string; digits: number; series: One[] };

/** Return the data that lies in an element, none where every value is nought: then its SVG says why. */
export function declaredIn(element: Element): Declared | undefined {
  const text = element.querySelector('script[type="application/json"]')?.textContent;
  const data = text ? (JSON.parse(text) as Declared) : undefined;
  return data?.series.some((one) => one.values.some(Boolean)) ? data : undefined;
}

export function declared(data: Declared, ink: string, grid: string): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { color: ink, fontFamily: "inherit" },
    grid: { left: 44, right: 12, top: 34, bottom: 28 },
    legend: { top: 0, left: 0, textStyle: { color: ink } },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (value === null || value === undefined ? "—" : `${Number(value).toFixed(data.digits)} ${data.unit}`) },
    xAxis: { type: "category", data: data.labels, axisLine: { lineStyle: { color: grid } }, axisLabel: { color: ink, hideOverlap: true } },
    yAxis: { type: "value", minInterval: data.digits ? undefined : 1, name: data.unit, axisLabel: { color: ink }, splitLine: { lineStyle: { color: grid } } },
    series: data.series.map((one) => ({
      name: one.name, type: one.kind, stack: one.stack || undefined, data: one.values, itemStyle: { color: one.colour }, barMaxWidth: 28, connectNulls: false,
      cursor: one.urls.some(Boolean) ? "pointer" : "default",
    })),
  };
}

/** Return where a click on a value leads. */
export function rowsBehind(data: Declared, series: number, place: number): string {
  return data.series[series]?.urls[place] ?? "";
}
