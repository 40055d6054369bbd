// Drawing a place into a form field: points, lines and areas by terra-draw, and the outlines of divisions put together.
//
// The field holds what is sent: "longitude, latitude" for a point, else GeoJSON. Whoever uses no mouse types there.
import type { Feature, Geometry, LineString, MultiPolygon, Point, Polygon, Position } from "geojson";
import type { Map } from "maplibre-gl";
import { LngLatBounds } from "maplibre-gl";
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import TomSelect from "../form/tom";
import type { Config } from "./map";

type Field = HTMLInputElement | HTMLTextAreaElement;
type Found = { places: { code: string; name: string }[] };
const MODES: Record<string, string> = { Point: "point", LineString: "linestring", Polygon: "polygon" };
const ICONS: Record<string, string> = { Point: "map-pin", LineString: "line", Polygon: "polygon" };
const EARTH = 6_371_008.8;
const flags = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };

export class Terra {
  private draw: TerraDraw;
  private written = "";
  private status = Object.assign(document.createElement("span"), { className: "map-draw-status" });
  private buttons: Record<string, HTMLButtonElement> = {};

  constructor(private map: Map, private host: HTMLElement, private field: Field, private kinds: string[], private many: boolean, private config: Config) {
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 6 }),
      modes: [
        new TerraDrawPointMode(), new TerraDrawLineStringMode(), new TerraDrawPolygonMode(),
        new TerraDrawSelectMode({ flags: { point: { feature: { draggable: true } }, linestring: flags, polygon: flags } }),
      ],
    });
    this.draw.start();
    this.toolbar();
    this.read();
    this.draw.on("finish", (id, about) => { if (about.action === "draw") this.only(String(id)); this.write(); });
    field.addEventListener("change", () => field.value !== this.written && this.read());
    this.choose(this.shapes().length ? "select" : MODES[kinds[0]]);
  }

  private toolbar(): void {
    const { words } = this.config;
    const bar = Object.assign(document.createElement("div"), { className: "map-draw" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", words.draw);
    const button = (text: string, icon: string, press: () => void): HTMLButtonElement => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
      made.append(Object.assign(document.createElement("i"), { className: `ti ti-${icon} me-1` }), text);
      made.addEventListener("click", press);
      bar.append(made);
      return made;
    };
    for (const kind of this.kinds) this.buttons[MODES[kind]] = button(words[`draw_${kind}`], ICONS[kind], () => this.choose(MODES[kind]));
    this.buttons.select = button(words.draw_change, "pointer", () => this.choose("select"));
    button(words.draw_clear, "trash", () => { this.draw.clear(); this.write(); this.choose(MODES[this.kinds[0]]); });
    this.status.setAttribute("role", "status");
    bar.append(this.status);
    this.host.append(bar);
    if (this.kinds.includes("Polygon") && this.config.outlines && this.config.find) this.divisions();
  }

  /** Let divisions be chosen by name, pinyin or code; their outlines together become the area. */
  private divisions(): void {
    const select = Object.assign(document.createElement("select"), { multiple: true });
    const label = Object.assign(document.createElement("label"), { className: "map-divisions form-label", textContent: this.config.words.draw_divisions });
    label.append(select);
    this.host.after(label);
    new TomSelect(select, {
      searchField: [],
      score: () => () => 1,
      load: (query: string, done: (rows?: object[]) => void) => {
        fetch(`${this.config.find}?q=${encodeURIComponent(query)}`)
          .then((answer) => answer.json() as Promise<Found>)
          .then((found) => done(found.places.map((place) => ({ value: place.code, text: `${place.name} ${place.code}` }))))
          .catch(() => done());
      },
      onChange: (codes: string[]) => void this.outlined(codes),
    });
  }

  private async outlined(codes: string[]): Promise<void> {
    if (!codes.length) return;
    const answer = await fetch(`${this.config.outlines}?${codes.map((code) => `code=${code}`).join("&")}`, { headers: { Accept: "application/json" } });
    const found = (await answer.json()) as Geometry & { title?: string };
    if (!answer.ok) return this.say(found.title ?? "");
    this.field.value = JSON.stringify(found);
    this.written = "";
    this.read();
    this.tell();
  }

  private choose(mode: string): void {
    this.draw.setMode(mode);
    for (const [name, button] of Object.entries(this.buttons)) button.classList.toggle("btn-primary", name === mode);
    if (!this.shapes().length) this.say(this.config.words.draw_terra);
  }

  private shapes(): Feature<Point | LineString | Polygon>[] {
    const modes = Object.values(MODES);
    return this.draw.getSnapshot().filter((feature) => modes.includes(String(feature.properties.mode))) as Feature<Point | LineString | Polygon>[];
  }

  /** Keep one shape where a field holds one: the newest. */
  private only(newest: string): void {
    const kind = this.shapes().find((feature) => String(feature.id) === newest)?.geometry.type;
    const gone = this.shapes().filter((feature) => String(feature.id) !== newest && (!this.many || feature.geometry.type !== kind));
    this.draw.removeFeatures(gone.map((feature) => feature.id!));
  }

  private write(): void {
    const found = this.shapes().map((feature) => feature.geometry);
    const one = found[0];
    const whole: Geometry | undefined = found.length > 1
      ? ({ type: `Multi${one.type}`, coordinates: found.map((each) => each.coordinates) } as MultiPolygon)
      : one;
    const pair = this.kinds.join() === "Point" && one?.type === "Point";
    this.written = !whole ? "" : pair ? (one as Point).coordinates.slice(0, 2).map((n) => n.toFixed(6)).join(", ") : JSON.stringify(whole);
    this.field.value = this.written;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.tell();
  }

  /** Draw what the field holds, and show it. */
  private read(): void {
    this.draw.clear();
    const parts = shapesOf(this.field.value);
    const kept = this.draw.addFeatures(parts.map((geometry) => ({ type: "Feature", geometry, properties: { mode: MODES[geometry.type] } })) as never);
    if (kept.some((each) => !each.valid)) this.say(this.config.words.draw_unreadable);
    const box = new LngLatBounds();
    parts.forEach((geometry) => positions(geometry.coordinates).forEach((at) => box.extend(at as [number, number])));
    if (!box.isEmpty()) this.map.fitBounds(box, { padding: 48, animate: false, maxZoom: 14 });
    this.tell();
  }

  /** Say how large or long it is. */
  private tell(): void {
    const found = this.shapes().map((feature) => feature.geometry);
    const area = found.reduce((sum, each) => sum + (each.type === "Polygon" ? areaOf(each.coordinates) : 0), 0);
    const length = found.reduce((sum, each) => sum + (each.type === "LineString" ? lengthOf(each.coordinates) : 0), 0);
    if (area) this.say(area >= 1e6 ? `${(area / 1e6).toFixed(2)} km²` : `${(area / 1e4).toFixed(2)} ha`);
    else if (length) this.say(length >= 1000 ? `${(length / 1000).toFixed(2)} km` : `${length.toFixed(0)} m`);
    else if (found.length) this.say("");
  }

  private say(text: string): void {
    this.status.textContent = text;
  }
}

/** Return the single shapes of what a field holds: a pair of degrees, or GeoJSON; nothing for other texts, which the server reads. */
function shapesOf(text: string): (Point | LineString | Polygon)[] {
  const pair = text.replace("，", ",").split(",").map(Number);
  if (pair.length === 2 && pair.every(Number.isFinite) && text.trim()) return [{ type: "Point", coordinates: pair }];
  try {
    const found = JSON.parse(text) as Geometry | Feature;
    const shape = found.type === "Feature" ? found.geometry : found;
    if (!shape.type.startsWith("Multi")) return [shape as Polygon];
    return (shape as MultiPolygon).coordinates.map((coordinates) => ({ type: shape.type.slice(5), coordinates }) as Polygon);
  } catch {
    return [];
  }
}

function positions(part: unknown): Position[] {
  if (!Array.isArray(part)) return [];
  return typeof part[0] === "number" ? [part as Position] : part.flatMap(positions);
}

const rad = (degrees: number): number => (degrees * Math.PI) / 180;

function lengthOf(line: Position[]): number {
  return line.slice(1).reduce((sum, to, n) => {
    const from = line[n];
    const half = Math.sin(rad(to[1] - from[1]) / 2) ** 2 + Math.cos(rad(from[1])) * Math.cos(rad(to[1])) * Math.sin(rad(to[0] - from[0]) / 2) ** 2;
    return sum + 2 * EARTH * Math.asin(Math.sqrt(half));
  }, 0);
}

function areaOf(rings: Position[][]): number {
  const one = (ring: Position[]): number => Math.abs(ring.slice(1).reduce((sum, to, n) => {
    const from = ring[n];
    return sum + rad(to[0] - from[0]) * (2 + Math.sin(rad(from[1])) + Math.sin(rad(to[1])));
  }, 0)) * EARTH * EARTH / 2;
  return rings.slice(1).reduce((sum, hole) => sum - one(hole), one(rings[0]));
}
