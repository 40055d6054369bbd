// <anlan-chart kind="hydrograph|spark" src>: water over time with thresholds, estimates dashed and marked. kind="declared": what the page put in it.
import { BarChart, LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, MarkLineComponent, TooltipComponent, LegendComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { wall } from "../zone";
import { coloured, declared, declaredIn, long, rowsBehind, stateAxis, stateWord } from "./declared";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, DataZoomComponent, LegendComponent, CanvasRenderer]);

type Point = [string | number, number, boolean, number];
type Data = { title: string; unit: string; digits?: number; series: { name: string; points: Point[] }[]; lines: { name: string; value: number; level: string }[]; forecast?: [string | number, number][]; foreseen?: [string | number, number, number | null, number | null][]; states?: [number, string][]; until?: string | number; caption?: string; why_empty?: string };
const LEVELS: Record<string, string> = { blue: "#4d94ff", yellow: "#e0ac1b", orange: "#f07a2c", red: "#e8414c" };

class AnlanChart extends HTMLElement {
  private chart?: echarts.ECharts;
  private data?: Data;

  async connectedCallback(): Promise<void> {
    const made = this.getAttribute("kind") === "declared";
    this.addEventListener("anlan:live", () => void this.load());
    window.addEventListener("anlan:theme", () => (made ? this.drawDeclared() : this.draw()));
    new ResizeObserver(() => this.chart?.resize()).observe(this);
    if (made) this.drawDeclared();
    else await this.load();
    this.parentElement?.addEventListener("click", (event) => this.choose((event.target as Element).closest<HTMLElement>("[data-course]")));
  }

  /** Draw the course that a button beside the chart names, of several of one station. */
  private choose(button: HTMLElement | null): void {
    if (!button?.dataset.course) return;
    this.setAttribute("src", button.dataset.course);
    this.parentElement?.querySelectorAll("[data-course]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    void this.load();
  }

  private async load(): Promise<void> {
    const answer = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    this.data = onTheWall((await answer.json()) as Data);
    this.draw();
  }

  /** Say above a hydrograph how the water stands, or why there is nothing to draw. */
  private caption(): void {
    if (this.getAttribute("kind") === "spark") return;
    const words = this.data?.why_empty || this.data?.caption || "";
    let line = this.previousElementSibling;
    if (!line?.classList.contains("chart-caption")) {
      line = document.createElement("p");
      line.className = "chart-caption mb-1";
      this.before(line);
    }
    line.textContent = words;
    this.classList.toggle("d-none", Boolean(this.data?.why_empty));
  }

  private drawDeclared(): void {
    const data = declaredIn(this);
    if (!data) return;
    this.chart?.dispose();
    this.querySelector("svg")?.classList.add("d-none");
    const room = this.querySelector("div") ?? this.appendChild(document.createElement("div"));
    room.className = "h-100";
    this.chart = echarts.init(room, undefined, { renderer: "canvas" });
    const size = document.documentElement.hasAttribute("data-wall") ? parseFloat(getComputedStyle(document.documentElement).fontSize) : 12;
    this.chart.setOption(declared(data, dark() ? "#b8ccd3" : "#48606a", dark() ? "#1f3540" : "#e3eaed", size));
    this.chart.on("click", (at) => {
      const address = rowsBehind(data, at.seriesIndex ?? 0, at.dataIndex);
      if (address) window.location.href = address;
    });
  }

  private draw(): void {
    if (!this.data) return;
    this.caption();
    this.chart?.dispose();
    if (this.data.why_empty) return;
    this.chart = echarts.init(this, undefined, { renderer: "canvas" });
    this.chart.setOption(this.getAttribute("kind") === "spark" ? spark(this.data) : hydrograph(this.data, this.dataset.estimate ?? "estimate", this.dataset.forecast ?? "forecast"));
  }
}

/** Turn every time into what the world's clock shows; the pictures are drawn in UTC. */
function onTheWall(data: Data): Data {
  [...data.series.flatMap((one) => one.points), ...(data.forecast ?? []), ...(data.foreseen ?? [])].forEach((point) => { point[0] = wall(Date.parse(point[0] as string)); });
  if (data.until) data.until = wall(Date.parse(data.until as string));
  return data;
}

/** Estimates reach from one measured value to the next over 36 hours at most; over a longer silence nobody knows the course, so no line is drawn. */
const LONGEST_JOINED = 36 * 3_600_000;

function joined(points: Point[]): [number, number | null][] {
  return points.flatMap((point, n): [number, number | null][] => {
    const at = point[0] as number;
    const before = n ? (points[n - 1][0] as number) : at;
    return at - before > LONGEST_JOINED ? [[before + 1, null], [at, point[1]]] : [[at, point[1]]];
  });
}

function dark(): boolean {
  return document.documentElement.dataset.bsTheme === "dark";
}

function spark(data: Data): echarts.EChartsCoreOption {
  const points = data.series[0]?.points ?? [];
  return {
    animation: false,
    useUTC: true,
    grid: { left: 0, right: 0, top: 4, bottom: 2 },
    xAxis: { type: "time", show: false },
    yAxis: { type: "value", show: false, scale: true },
    series: [{ type: "line", step: data.states?.length ? "end" : undefined, showSymbol: false, lineStyle: { width: 1.6, color: "#36b3ba" }, areaStyle: { color: "rgba(54,179,186,.15)" }, data: joined(points) }],
  };
}

function hydrograph(data: Data, estimate: string, foretold: string): echarts.EChartsCoreOption {
  const ink = dark() ? "#b8ccd3" : "#48606a";
  const grid = dark() ? "#1f3540" : "#e3eaed";
  const points = data.series[0]?.points ?? [];
  const measured = points.filter((p) => !p[2]);
  const near = data.lines.filter((line) => line.level);
  const states = data.states ?? [];
  const left = states.length ? Math.max(...states.map(([, word]) => long(word))) * 12 + 16 : 56;
  const ahead = data.forecast ?? [];
  const own = data.foreseen ?? [];
  const band = own.filter((p) => p[2] !== null && p[3] !== null);
  const coming = [...ahead, ...own].map((p) => p[0] as number);
  const ground = dark() ? "rgba(18, 32, 42, .82)" : "rgba(255, 255, 255, .86)";
  const values = [...points.map((p) => p[1]), ...ahead.map((p) => p[1]), ...own.flatMap((p) => [p[1], p[2] ?? p[1], p[3] ?? p[1]]), ...near.map((line) => line.value)];
  return {
    animation: false,
    useUTC: true,
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left, right: 18, top: 28, bottom: 64 },
    tooltip: {
      trigger: "axis",
      valueFormatter: (value: unknown) => states.length ? stateWord(states, value) : `${Number(value).toFixed(data.digits ?? 2)} ${data.unit}`,
    },
    // The axis ends with the present, or where the forecast does: never in a day of which nobody has said anything.
    xAxis: { type: "time", min: points.length ? undefined : data.until, max: coming.length ? Math.max(data.until as number, ...coming) : data.until, axisLine: { lineStyle: { color: grid } }, axisLabel: { color: ink, hideOverlap: true }, splitLine: { show: false } },
    yAxis: states.length ? coloured(stateAxis(states), ink, grid) : { type: "value", scale: true, min: Math.floor(Math.min(...values) - Math.max(0.5, (Math.max(...values) - Math.min(...values)) / 10)), name: data.unit, nameTextStyle: { color: ink }, axisLabel: { color: ink, showMinLabel: false }, splitLine: { lineStyle: { color: grid } } },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 12, borderColor: grid }],
    series: [
      {
        name: `${data.series[0]?.name ?? ""} · ${estimate}`, type: "line", showSymbol: false, smooth: false, step: states.length ? "end" : undefined,
        lineStyle: { width: 1.6, type: "dashed", color: "#6aa9b3" }, itemStyle: { color: "#6aa9b3" }, data: joined(points),
        markLine: {
          symbol: "none", silent: true,
          data: [
            ...near.map((line) => ({ yAxis: line.value, lineStyle: { color: LEVELS[line.level], width: 1.4, type: "solid" }, label: said(line, ground, near, states.length > 0, data.digits) })),
            // Where measured ends and foretold begins.
            ...(coming.length ? [{ xAxis: data.until, lineStyle: { color: ink, width: 1, type: "dotted" }, label: { show: false } }] : []),
          ],
        },
      },
      { name: data.series[0]?.name ?? "", type: "line", lineStyle: { width: 0 }, symbol: "circle", symbolSize: measured.length > 200 ? 4 : 8, itemStyle: { color: dark() ? "#5fe0e6" : "#0b6e75" }, data: measured.map((p) => [p[0], p[1]]) },
      // A forecast is no reading: its own colour, a dotted line and hollow diamonds, never joined to what was measured.
      { name: foretold, type: "line", symbol: "emptyDiamond", symbolSize: 10, lineStyle: { width: 1.6, type: "dotted", color: "#9a6bd0" }, itemStyle: { color: "#9a6bd0" }, data: ahead },
      // What we work out ourselves lies in a band: the lower edge is drawn invisibly, the width of the band stands on it.
      { name: "", type: "line", stack: "band", showSymbol: false, silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, data: band.map((p) => [p[0], p[2]]) },
      { name: "", type: "line", stack: "band", stackStrategy: "all", showSymbol: false, silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: "rgba(154, 107, 208, .18)" }, tooltip: { show: false }, data: band.map((p) => [p[0], (p[3] as number) - (p[2] as number)]) },
      { name: foretold, type: "line", showSymbol: false, lineStyle: { width: 1.6, type: "dotted", color: "#9a6bd0" }, itemStyle: { color: "#9a6bd0" }, data: own.map((p) => [p[0], p[1]]) },
    ],
  };
}

/** Write a threshold's name on its own line, inside the picture: beside it there is no room for "Warning level" on a phone. */
function said(line: Data["lines"][number], ground: string, all: Data["lines"], worded: boolean, digits = 2): object {
  // Above its line; below it where the next line lies so close that the two names would cover each other.
  const values = all.map((other) => other.value);
  const room = (Math.max(...values) - Math.min(...values)) / 8;
  const close = values.some((value) => value > line.value && value - line.value < room);
  return { formatter: worded ? line.name : `${line.name} ${line.value.toFixed(digits)}`, color: LEVELS[line.level], position: close ? "insideEndBottom" : "insideEndTop", backgroundColor: ground, padding: [1, 4], borderRadius: 3, fontSize: 11 };
}

customElements.define("anlan-chart", AnlanChart);
