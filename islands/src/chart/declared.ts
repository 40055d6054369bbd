// A chart that a page declares: its data lies in the element, beside the SVG that stands there until this draws.
import type { EChartsCoreOption } from "echarts/core";

type One = { name: string; kind: "bar" | "line"; stack: string; colour: string; values: (number | null)[]; urls: string[] };
export type Declared = { labels: string[]; unit: string; digits: number; series: One[]; scaled?: boolean; marks?: { name: string; value: number; colour: string }[]; words?: [number, string][] };

/** Return an axis that tells states by their words, a line for each; nothing lies between two of them. */
export function stateAxis(words: [number, string][]): object {
  const named = new Map(words);
  const numbers = [...named.keys()];
  return { type: "value", interval: 1, min: Math.min(...numbers) - 1, max: Math.max(...numbers) + 1, axisLabel: { formatter: (value: number) => named.get(value) ?? "" } };
}

/** Return the word of a state, or the number itself where it has none. */
export function stateWord(words: [number, string][], value: unknown): string {
  return new Map(words).get(Number(value)) ?? String(value);
}

/** Return the data that lies in an element, none where every value is nought: then its SVG says why. */
export function declaredIn(element: Element): Declared | undefined {
  const text = element.querySelector('script[type="application/json"]')?.textContent;
  const data = text ? (JSON.parse(text) as Declared) : undefined;
  return data?.series.some((one) => one.values.some((value) => (data.words?.length ? value !== null : Boolean(value)))) ? data : undefined;
}

/** `size` is that of its letters: a wall's are larger than a desk's. */
export function declared(data: Declared, ink: string, grid: string, size = 12, family = getComputedStyle(document.body).fontFamily): EChartsCoreOption {
  const marks = data.marks ?? [];
  const words = data.words ?? [];
  const left = words.length ? Math.max(...words.map(([, word]) => long(word))) * size + 12 : size * (data.unit && !marks.length ? 5 : 3.7);
  const values = [...data.series.flatMap((one) => one.values).filter((value): value is number => value !== null), ...marks.map((mark) => mark.value)];
  const room = Math.max(Math.max(...values) - Math.min(...values), 0.5) / 6;
  return {
    animation: false,
    textStyle: { color: ink, fontFamily: family, fontSize: size },
    grid: { left, right: 12, top: marks.length && data.series.length < 2 ? size * 0.8 : size * 2.8, bottom: size * 1.6 + 8 },
    legend: { type: "scroll", show: data.series.length > 1 || !marks.length, top: 0, left: 0, right: 0, textStyle: { color: ink, fontSize: size } },
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (value === null || value === undefined ? "—" : words.length ? stateWord(words, value) : `${Number(value).toFixed(data.digits)} ${data.unit}`) },
    xAxis: { type: "category", data: data.labels, axisLine: { lineStyle: { color: grid } }, axisLabel: { color: ink, hideOverlap: true, fontSize: size } },
    // A scaled axis begins near the lowest value; the thresholds held against are always within it.
    yAxis: words.length
      ? coloured(stateAxis(words), ink, grid, size)
      : { type: "value", minInterval: data.digits ? undefined : 1, name: marks.length ? "" : data.unit, nameLocation: "middle", nameGap: size * 3.4, splitNumber: size > 20 ? 2 : 5, axisLabel: { color: ink, fontSize: size, showMinLabel: !data.scaled, showMaxLabel: !data.scaled }, ...(data.scaled ? { scale: true, min: Math.min(...values) - room, max: Math.max(...values) + room } : {}), splitLine: { lineStyle: { color: grid } } },
    series: data.series.map((one, n) => ({
      name: one.name, type: one.kind, step: words.length ? "end" : undefined, stack: one.stack || undefined, data: one.values, itemStyle: { color: one.colour }, barMaxWidth: 28, connectNulls: false, lineStyle: { width: size / 5 }, symbolSize: size / 3,
      markLine: n ? undefined : {
        symbol: "none", silent: true,
        data: marks.map((mark) => ({ yAxis: mark.value, lineStyle: { color: mark.colour, width: size / 8, type: "solid" }, label: { formatter: words.length ? mark.name : `${mark.name} ${mark.value.toFixed(data.digits)}`, color: mark.colour, position: "insideStartTop", fontSize: size } })),
      },
      cursor: one.urls.some(Boolean) ? "pointer" : "default",
    })),
  };
}

/** Return an axis in the colours of a page. */
export function coloured(axis: object, ink: string, grid: string, size = 12): object {
  const label = (axis as { axisLabel: object }).axisLabel;
  return { ...axis, axisLabel: { ...label, color: ink, fontSize: size }, splitLine: { lineStyle: { color: grid } } };
}

/** Return how long a word is, in letters of the size of a Chinese one. */
export function long(word: string): number {
  return [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.56), 0);
}

/** Return where a click on a value leads. */
export function rowsBehind(data: Declared, series: number, place: number): string {
  return data.series[series]?.urls[place] ?? "";
}
