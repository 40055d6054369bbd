// Drawing on the map: `<anlan-map draw="#field">` keeps a MultiPolygon (GeoJSON, WGS84) in a form field.
//
// Click adds a corner; the first corner, a double click or Enter closes the outline; corners can be dragged. Without a mouse:
// move the map with the arrow keys, Space puts a corner under the cross in the middle, Backspace takes the last one away.
import type { Feature, MultiPolygon, Polygon, Position } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map, MapMouseEvent } from "maplibre-gl";

type Words = Record<string, string>;
type Corner = { polygon: number; ring: number; at: number; from: Position };
const NEAR = 11;

export class Drawing {
  private polygons: Position[][][] = [];
  private open: Position[] = [];
  private held?: Corner;
  private written = "";
  private picking = false;
  private status = Object.assign(document.createElement("span"), { className: "map-draw-status" });

  constructor(private map: Map, private host: HTMLElement, private field: HTMLInputElement | HTMLTextAreaElement, private words: Words) {
    this.layers();
    this.toolbar();
    this.mouse();
    this.keys();
    this.read();
    field.addEventListener("change", () => field.value !== this.written && this.read());
  }

  /** Take over what the field holds: a Polygon, a MultiPolygon or a Feature of one. */
  private read(): void {
    this.open = [];
    this.polygons = [];
    if (this.field.value.trim()) {
      try {
        const found = JSON.parse(this.field.value) as Feature | Polygon | MultiPolygon;
        const shape = (found.type === "Feature" ? found.geometry : found) as Polygon | MultiPolygon;
        if (shape.type === "Polygon") this.polygons = [shape.coordinates];
        else if (shape.type === "MultiPolygon") this.polygons = shape.coordinates;
      } catch {
        this.say(this.words.draw_unreadable);
      }
    }
    this.show();
    const all = this.polygons.flat(2);
    if (all.length) {
      const [lons, lats] = [all.map((p) => p[0]), all.map((p) => p[1])];
      this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 48, animate: false, maxZoom: 12 });
    }
  }

  private write(): void {
    this.written = this.polygons.length ? JSON.stringify({ type: "MultiPolygon", coordinates: this.polygons }) : "";
    this.field.value = this.written;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.host.dispatchEvent(new CustomEvent("anlan:draw", { bubbles: true, detail: this.written ? JSON.parse(this.written) : null }));
  }

  private layers(): void {
    const style = (id: string, type: string, source: string, paint: Record<string, unknown>) =>
      this.map.addLayer({ id, type, source, paint } as LayerSpecification);
    for (const id of ["drawn", "drawing", "corners"]) this.map.addSource(id, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    style("drawn-fill", "fill", "drawn", { "fill-color": "#ffffff", "fill-opacity": 0.16 });
    style("drawn-edge", "line", "drawn", { "line-color": "#ffffff", "line-width": 2.4 });
    style("drawing-edge", "line", "drawing", { "line-color": "#ffffff", "line-width": 2, "line-dasharray": [2, 1.4] });
    style("corners-point", "circle", "corners", { "circle-radius": ["case", ["get", "first"], 8, 6], "circle-color": "#0b6e75", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 });
  }

  /** Put a picked place into the field of a circle's centre: the form draws the circle. */
  private pick(lon: number, lat: number): void {
    this.picking = false;
    this.centre!.value = `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
    this.centre!.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private get centre(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>(this.host.getAttribute("centre") || "nothing-to-pick");
  }

  private toolbar(): void {
    const bar = Object.assign(document.createElement("div"), { className: "map-draw" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", this.words.draw);
    const button = (text: string, icon: string, press: () => void) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
      made.append(Object.assign(document.createElement("i"), { className: `ti ti-${icon} me-1` }), text);
      made.addEventListener("click", press);
      bar.append(made);
    };
    button(this.words.draw_finish, "check", () => this.close());
    button(this.words.draw_undo, "arrow-back-up", () => this.undo());
    button(this.words.draw_clear, "trash", () => this.clear());
    if (this.centre) button(this.words.draw_centre, "circle-dot", () => { this.picking = true; this.say(this.words.draw_pick); });
    this.status.setAttribute("role", "status");
    bar.append(this.status);
    this.host.append(bar);
    const cross = Object.assign(document.createElement("div"), { className: "map-cross" });
    cross.setAttribute("aria-hidden", "true");
    this.host.append(cross);
  }

  private mouse(): void {
    const { map } = this;
    map.doubleClickZoom.disable();
    map.getCanvas().style.cursor = "crosshair";
    map.on("click", (event) => this.add(event.lngLat.lng, event.lngLat.lat));
    map.on("dblclick", (event) => { event.preventDefault(); this.close(); });
    map.on("mousemove", (event) => this.move(event));
    map.on("mousedown", "corners-point", (event) => {
      const facts = event.features?.[0]?.properties as Corner | undefined;
      if (facts?.polygon === undefined || facts.polygon < 0) return;
      event.preventDefault();
      const from = this.polygons[facts.polygon][facts.ring][facts.at];
      this.held = { polygon: facts.polygon, ring: facts.ring, at: facts.at, from };
    });
    map.on("mouseup", () => this.drop());
  }

  private keys(): void {
    this.map.getCanvas().addEventListener("keydown", (event) => {
      const doing: Record<string, () => void> = {
        " ": () => { const at = this.map.getCenter(); this.add(at.lng, at.lat); },
        Enter: () => this.close(),
        Backspace: () => this.undo(),
        Escape: () => { this.open = []; this.picking = false; this.show(); },
      };
      if (!doing[event.key]) return;
      event.preventDefault();
      doing[event.key]();
    });
  }

  private add(lon: number, lat: number): void {
    if (this.picking) return this.pick(lon, lat);
    const point: Position = [Number(lon.toFixed(5)), Number(lat.toFixed(5))];
    if (this.open.length >= 3 && this.near(point, this.open[0])) return this.close();
    if (this.open.length && this.near(point, this.open[this.open.length - 1])) return;
    if (!this.open.length && this.polygons.some((rings) => rings.some((ring) => ring.some((corner) => this.near(point, corner))))) return;
    this.open.push(point);
    this.show();
  }

  private move(event: MapMouseEvent): void {
    const point: Position = [Number(event.lngLat.lng.toFixed(5)), Number(event.lngLat.lat.toFixed(5))];
    if (this.held) {
      this.put(point);
      this.show();
    } else if (this.open.length) this.line(point);
  }

  private drop(): void {
    if (!this.held) return;
    const { polygon, ring, from } = this.held;
    const crossed = crosses(this.polygons[polygon][ring].slice(0, -1));
    if (crossed) this.put(from);
    this.held = undefined;
    if (!crossed) this.write();
    this.show();
    if (crossed) this.say(this.words.draw_crosses);
  }

  private put(point: Position): void {
    const ring = this.polygons[this.held!.polygon][this.held!.ring];
    ring[this.held!.at] = point;
    if (this.held!.at === 0) ring[ring.length - 1] = point;
  }

  private near(a: Position, b: Position): boolean {
    const [one, two] = [this.map.project(a as [number, number]), this.map.project(b as [number, number])];
    return Math.hypot(one.x - two.x, one.y - two.y) < NEAR;
  }

  private close(): void {
    if (!this.open.length) return;
    if (this.open.length < 3) return this.say(this.words.draw_too_few);
    if (crosses(this.open)) return this.say(this.words.draw_crosses);
    this.polygons.push([[...this.open, this.open[0]]]);
    this.open = [];
    this.write();
    this.show();
  }

  private undo(): void {
    if (this.open.length) this.open.pop();
    else if (this.polygons.pop()) this.write();
    this.show();
  }

  private clear(): void {
    [this.open, this.polygons] = [[], []];
    this.write();
    this.show();
  }

  private show(): void {
    const source = (id: string) => this.map.getSource(id) as GeoJSONSource;
    source("drawn").setData({ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: this.polygons } });
    this.line();
    const corner = (at: Position, properties: object): Feature => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: at } });
    const closed = this.polygons.flatMap((rings, polygon) =>
      rings.flatMap((ring, n) => ring.slice(0, -1).map((at, index) => corner(at, { polygon, ring: n, at: index, first: false }))));
    // An outline with very many corners (a county's) is not for dragging by hand.
    const few = closed.length <= 300 ? closed : [];
    source("corners").setData({ type: "FeatureCollection", features: [...few, ...this.open.map((at, n) => corner(at, { polygon: -1, first: n === 0 }))] });
    this.say(this.open.length ? this.words.draw_going : this.polygons.length ? this.words.draw_done : this.words.draw_help);
  }

  private line(to?: Position): void {
    const coordinates = to ? [...this.open, to] : this.open;
    (this.map.getSource("drawing") as GeoJSONSource).setData({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: coordinates.length > 1 ? coordinates : [] } });
  }

  private say(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

/** Tell whether an outline's sides cross each other: then it has no inside, and nobody could say who is warned. */
export function crosses(corners: Position[]): boolean {
  const sides = corners.map((from, n) => [from, corners[(n + 1) % corners.length]]);
  const turn = (a: Position, b: Position, c: Position) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  return sides.some(([a, b], i) => sides.some(([c, d], j) => {
    if (j <= i + 1 || (i === 0 && j === sides.length - 1)) return false;
    return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
  }));
}
