// <anlan-timeline src past>: alarms, warnings and levels in time, with a handle that shows the map as it was.
import type { FeatureCollection } from "geojson";
import { palette } from "../map/palette";
import { wall } from "../zone";

type Span = { title: string; url: string; level: string; since: string; until: string | null };
type Step = { plan: string; level: string; title: string; at: string | null };
type Course = { from: string; to: string; alarms: Span[]; warnings: Span[]; levels: Step[]; hidden?: string[] };
export type Look = { at: string; words: string; layers: Record<string, FeatureCollection> };

const SVG = "http://www.w3.org/2000/svg";
const STEP = 600;
const LANES = { levels: 6, warnings: 26, alarms: 46 };
const HEIGHT = 84;
/** On the wall nothing written is below 28 px: the page's letters are 28 px there, the picture's units grow with them. */
const WALL = document.documentElement.hasAttribute("data-wall");
const LETTERS = WALL ? 16 : 11;
const MARGIN = WALL ? 92 : 74;
/** Alarms nearer than this are one mark with their number. */
const TOGETHER = 12;
const GRAVEST = ["red", "orange", "yellow", "blue", "normal"];
const COLOURS = palette("night").levels;
const LEVELS: Record<string, string> = { I: COLOURS.red, II: COLOURS.orange, III: COLOURS.yellow, IV: COLOURS.blue };
/** Levels by shape, as everywhere: octagon, triangle, diamond, circle. */
const SHAPES: Record<string, string> = {
  red: "M-2.6-6h5.2L6-2.6v5.2L2.6 6h-5.2L-6 2.6v-5.2z",
  orange: "M0-6L6.4 5.4H-6.4z",
  yellow: "M0-6L6 0L0 6L-6 0z",
  blue: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
};

export class AnlanTimeline extends HTMLElement {
  private course?: Course;
  private at?: number;
  private asked = 0;
  private timer = 0;
  private range = Object.assign(document.createElement("input"), { type: "range", step: String(STEP) });
  private picture = document.createElementNS(SVG, "svg");
  private button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });

  connectedCallback(): void {
    this.range.setAttribute("aria-label", this.dataset.label ?? "");
    this.button.textContent = this.dataset.nowLabel ?? "";
    this.button.addEventListener("click", () => this.now());
    this.picture.setAttribute("aria-hidden", "true");
    this.append(this.picture, this.range, this.button);
    this.range.addEventListener("input", () => this.look(Number(this.range.value)));
    this.addEventListener("anlan:live", () => void this.load());
    new ResizeObserver(() => this.draw()).observe(this);
    void this.load();
  }

  /** Return to what is now. */
  now(): void {
    this.at = undefined;
    window.clearTimeout(this.timer);
    this.asked += 1;
    this.range.value = this.range.max;
    this.draw();
    this.dispatchEvent(new CustomEvent("anlan:look", { detail: null }));
  }

  private async load(): Promise<void> {
    const answer = await fetch(this.getAttribute("src")!, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    this.course = (await answer.json()) as Course;
    this.range.min = String(Math.floor(seconds(this.course.from) / STEP) * STEP);
    this.range.max = String(Math.ceil(seconds(this.course.to) / STEP) * STEP);
    this.range.value = String(this.at ?? this.range.max);
    this.draw();
  }

  private look(at: number): void {
    if (at >= Number(this.range.max)) return this.now();
    this.at = at;
    this.draw();
    this.range.setAttribute("aria-valuetext", stamp(at));
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(at), 90);
  }

  private async fetch(at: number): Promise<void> {
    const turn = (this.asked += 1);
    const iso = new Date(at * 1000).toISOString();
    const answer = await fetch(`${this.getAttribute("past")}?at=${encodeURIComponent(iso)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || turn !== this.asked) return;
    const found = (await answer.json()) as { at: string; layers: Record<string, FeatureCollection> };
    this.dispatchEvent(new CustomEvent("anlan:look", { detail: { at: found.at, words: stamp(at), layers: found.layers } }));
  }

  private x(at: number, width: number): number {
    const [from, to] = [Number(this.range.min), Number(this.range.max)];
    return MARGIN + ((Math.min(Math.max(at, from), to) - from) / Math.max(to - from, 1)) * (width - MARGIN - 16);
  }

  private draw(): void {
    const course = this.course;
    if (!course) return;
    // The picture grows with the page's letters: on the wall it is as large as they are.
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const width = Math.max(this.clientWidth / scale, 320);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.picture.replaceChildren();
    this.axis(width);
    const until = Number(this.range.max);
    this.lane(LANES.levels, this.dataset.levels);
    this.lane(LANES.warnings, this.dataset.warnings);
    this.lane(LANES.alarms, this.dataset.alarms);
    this.bands(course.levels, until, width);
    course.warnings.forEach((span) => this.bar(span, LANES.warnings, until, width));
    this.marks(course.alarms, LANES.alarms, width);
    for (const name of course.hidden ?? []) if (name in LANES) this.text(MARGIN + 8, LANES[name as keyof typeof LANES] + 8 + LETTERS * 0.36, this.dataset.hidden ?? "", "#a9c1c9");
    if (!course.hidden?.length && !course.levels.length && !course.warnings.length && !course.alarms.length) this.text(MARGIN + 8, 34, this.dataset.empty ?? "", "#a9c1c9");
    if (this.at !== undefined) {
      const x = this.x(this.at, width);
      this.shape("line", { x1: x, x2: x, y1: 0, y2: 68, stroke: "#ffffff", "stroke-width": 2 });
      this.shape("rect", { x: this.x(this.at, width), y: 0, width: Math.max(0, width - 16 - x), height: 66, fill: "#05121a", opacity: 0.45 });
    }
    this.range.style.left = `${(MARGIN - 8) * scale}px`;
    this.range.style.width = `${(width - MARGIN) * scale}px`;
  }

  private axis(width: number): void {
    const [from, to] = [Number(this.range.min), Number(this.range.max)];
    const day = 86400;
    const every = to - from > 6 * day ? day * Math.ceil((to - from) / day / 12) : to - from > 2 * day ? day / 2 : day / 8;
    const local = from - wall(from * 1000) / 1000;
    for (let at = Math.ceil((from - local) / every) * every + local; at < to; at += every) {
      const x = this.x(at, width);
      this.shape("line", { x1: x, x2: x, y1: 2, y2: 66, stroke: "#24414d", "stroke-width": 1 });
      if (x < width - 60) this.text(x + 3, 80, every >= day ? stamp(at).slice(5, 10) : stamp(at).slice(5), "#a9c1c9");
    }
  }

  private lane(y: number, title = ""): void {
    this.text(WALL ? 6 : 10, y + 8 + LETTERS * 0.36, title, "#a9c1c9");
  }

  private bands(levels: Step[], until: number, width: number): void {
    const steps = levels.filter((step) => step.at);
    steps.forEach((step, n) => {
      if (!step.level) return;
      const next = steps.slice(n + 1).find((other) => other.plan === step.plan);
      const [left, right] = [this.x(seconds(step.at!), width), this.x(next ? seconds(next.at!) : until, width)];
      this.shape("rect", { x: left, y: LANES.levels, width: Math.max(right - left, 2), height: 16, rx: 3, fill: LEVELS[step.level] ?? "#8fa3ab", opacity: 0.85 }, step.title);
      if (right - left > 24) this.text(left + 6, LANES.levels + 8 + LETTERS * 0.36, step.level, "#04121a", true);
    });
  }

  private bar(span: Span, y: number, until: number, width: number): void {
    const [left, right] = [this.x(seconds(span.since), width), this.x(span.until ? seconds(span.until) : until, width)];
    const row = y + ["red", "orange", "yellow", "blue"].indexOf(span.level) * 4;
    this.shape("rect", { x: left, y: row, width: Math.max(right - left, 3), height: 3, rx: 1.5, fill: COLOURS[span.level] ?? COLOURS.normal }, span.title);
    const start = this.shape("path", { d: SHAPES[span.level] ?? SHAPES.blue, transform: `translate(${left},${row + 1.5}) scale(.62)`, fill: COLOURS[span.level] ?? COLOURS.normal, stroke: "#04121a", "stroke-width": 1 }, span.title);
    start.classList.add("event");
  }

  /** Mark alarms where they began; those that lie on each other become the gravest one's mark with their number. */
  private marks(spans: Span[], y: number, width: number): void {
    const groups: { x: number; spans: Span[] }[] = [];
    for (const span of [...spans].sort((a, b) => seconds(a.since) - seconds(b.since))) {
      const x = this.x(seconds(span.since), width);
      const last = groups.at(-1);
      if (last && x - last.x < TOGETHER) last.spans.push(span);
      else groups.push({ x, spans: [span] });
    }
    for (const { x, spans: together } of groups) {
      const level = GRAVEST.find((each) => together.some((span) => span.level === each)) ?? "normal";
      const title = together.map((span) => span.title).join("\n");
      this.shape("path", { d: SHAPES[level] ?? SHAPES.blue, transform: `translate(${x},${y + 8})`, fill: COLOURS[level], stroke: "#04121a", "stroke-width": 1 }, title);
      if (together.length > 1) this.text(x + 8, y + 8 + LETTERS * 0.36, String(together.length), "#d8e8ec");
    }
  }

  private shape(kind: string, attributes: Record<string, string | number>, title = ""): SVGElement {
    const made = document.createElementNS(SVG, kind);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, String(value)));
    if (title) made.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: title }));
    this.picture.append(made);
    return made;
  }

  private text(x: number, y: number, words: string, fill: string, bold = false): void {
    const made = this.shape("text", { x, y, fill, "font-size": LETTERS, ...(bold ? { "font-weight": 700 } : {}) });
    made.textContent = words;
  }
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

function stamp(at: number): string {
  return new Date(wall(at * 1000)).toISOString().slice(0, 16).replace("T", " ");
}

customElements.define("anlan-timeline", AnlanTimeline);
