// <anlan-map src>: one map for every page. The server lists the layers; roles decide how each looks at night.
//
// `draw="#field"` lets a person draw an outline into a form field (see draw.ts), with `kinds` any place (see terra.ts). A click on a record sends `anlan:select` up the
// page; where nobody takes it (preventDefault), the map opens a pop-up with a link to the record.
import "maplibre-gl/dist/maplibre-gl.css";
import type { Feature, FeatureCollection } from "geojson";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { coordinates, legend, type Place, placeSearch } from "./controls";
import { Drawing } from "./draw";
import { addImages } from "./icons";
import { patient } from "../live";
import { palette, type Palette, themeOf } from "./palette";
import { paint, paintScheme, RECORDS, type Style } from "./roles";
import { template, together } from "./together";

maplibregl.setWorkerUrl(workerUrl);
// The worker reads its script while the page still asks for what lies on the map.
maplibregl.prewarm();
maplibregl.addProtocol("together", together);

/**
 * A layer is a kind of the `land`, GeoJSON at `url`, or `tiles` with the layer `within` them; a tile knows ids only: `page` and `spark` say where the rest is.
 * What lies below is a `picture` for each theme within `bounds`, `raster` tiles, or vector tiles of a published `scheme`.
 */
export type Layer = {
  id: string; title: string; role: string; land?: boolean; url?: string; tiles?: string; together?: string; within?: string; page?: string; spark?: string; past?: boolean; live?: string; hidden?: boolean; group?: string;
  picture?: Record<"night" | "day", string>; raster?: string; scheme?: string; bounds?: [number, number, number, number]; zooms?: [number, number]; note?: string;
};
/** `land` is where tiles of the background come from, all kinds in one; `data` is what lies on layers now, as far as the server says it at once. */
export type Config = {
  bounds: [number, number, number, number]; layers: Layer[]; words: Record<string, string>; attribution: string; find?: string; outlines?: string;
  land?: string; data?: Record<string, FeatureCollection>;
};
type Facts = { title: string; url: string; text?: string; value?: string; spark?: string; at?: string; fresh?: boolean };
export type Past = { at: string; layers: Record<string, FeatureCollection> };

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
/** The background is one source: each further one wants tiles, clippings and turns of its own. */
const LAND = "land";
/** Roles whose divisions are named, each at its own point: role → [role of the names, how their layers' names begin]. */
const NAMES: Record<string, [string, string]> = { county: ["name", "names"], town: ["town-name", "towns"] };
/** The lowest layers of the names, whichever there are first. */
const NAMED = ["names-text", "towns-dot"];
const DWELL = 160;
/** So long (milliseconds) the map waits for what lies on it: drawn at once it is drawn once, and each picture is dear where no graphics card draws it. */
const PATIENCE = 500;
/** So long (milliseconds) a new map waits for all that belongs on it before it paints what it has. */
const HELD = 1200;
/** So long (milliseconds) a frame waits for the next part. */
const GATHERED = 80;
const WALL = document.documentElement.hasAttribute("data-wall");

export class AnlanMap extends HTMLElement {
  map?: maplibregl.Map;
  private config?: Config;
  private data = new Map<string, FeatureCollection>();
  private past?: Past;
  private shown?: string;
  private place?: Feature;
  private found = false;
  private hover?: maplibregl.Popup;
  private dwell = 0;
  private colours: Palette = palette("night");
  private sources: Record<string, maplibregl.SourceSpecification> = {};
  private drawn: maplibregl.LayerSpecification[] = [];
  private styled = false;

  async connectedCallback(): Promise<void> {
    if (this.config) return;
    const answer = await fetch(this.getAttribute("src") ?? ""); // without a header of its own it takes what the page has asked for before
    if (!answer.ok) return;
    this.config = (await answer.json()) as Config;
    for (const [id, data] of Object.entries(this.config.data ?? {})) this.data.set(id, data);
    const loads = Promise.all(this.config.layers.filter((layer) => layer.url && !this.data.has(layer.id)).map((layer) => this.refresh(layer)));
    await Promise.race([loads, new Promise((go) => window.setTimeout(go, PATIENCE))]);
    try {
      this.start(this.config, loads);
    } catch {
      this.insertAdjacentHTML("beforeend", `<div class="fallback">${this.config.words.no_webgl}</div>`);
    }
  }

  disconnectedCallback(): void {
    this.map?.remove();
  }

  /** Show the layers as they were: tiles ask again for that instant; undefined returns to what is now. */
  showPast(past?: Past): void {
    this.past = past;
    for (const layer of this.config?.layers ?? []) {
      if (layer.tiles && layer.past) (this.map?.getSource(layer.id) as maplibregl.VectorTileSource | undefined)?.setTiles([address(layer, past?.at)]);
      else if (layer.url && layer.live) this.lay(layer.id, past ? past.layers[layer.id] : this.data.get(layer.id));
    }
    this.mark(this.shown);
  }

  /** Ring the record with this address, and bring it into view if asked. */
  mark(url?: string, visit = false): void {
    if (url !== this.shown) this.place = undefined;
    this.shown = url;
    const all = this.past ? Object.values(this.past.layers) : [...this.data.values()];
    const found = url ? all.flatMap((each) => each.features).filter((feature) => feature.properties?.url === url) : [];
    this.found = found.length > 0;
    this.ring(this.found || !this.place ? found : [this.place]);
    if (visit && found.length) this.visit(found);
  }

  /** Ring the place of a record that the map does not know by its address (a station in a tile, an alarm: its station's). */
  markAt(lon: number, lat: number, visit = false): void {
    this.place = { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } };
    if (!this.map || this.found) return;
    this.ring([this.place]);
    if (visit) this.visit([this.place]);
  }

  /** Bring a box (west, south, east, north) or a place into view, slowly where motion is wanted. */
  travel(to: number[], seconds: number): void {
    const duration = calm() ? 0 : seconds * 1000;
    if (to.length === 4) this.map?.fitBounds(to as [number, number, number, number], { padding: 40, duration });
    else this.map?.easeTo({ center: to as [number, number], zoom: 10.5, duration });
  }

  private ring(features: Feature[]): void {
    this.lay("selected", { type: "FeatureCollection", features });
  }

  private visit(features: Feature[]): void {
    const box = new maplibregl.LngLatBounds();
    const walk = (part: unknown): void => {
      if (!Array.isArray(part)) return;
      if (typeof part[0] === "number") box.extend(part as [number, number]);
      else part.forEach(walk);
    };
    features.forEach((feature) => "coordinates" in feature.geometry && walk(feature.geometry.coordinates));
    if (!box.isEmpty()) this.map!.fitBounds(box, { padding: 90, maxZoom: Math.max(this.map!.getZoom(), 9.5), duration: calm() ? 0 : 600 });
  }

  private start(config: Config, loads: Promise<unknown>): void {
    this.colours = palette(themeOf(this));
    window.addEventListener("anlan:theme", () => this.dye());
    this.compose(config);
    const given = new Map(this.data);
    this.map = new maplibregl.Map({
      container: this,
      style: { version: 8, sources: this.sources, layers: this.drawn.filter((layer) => !("source" in layer) || layer.source in this.sources) },
      validateStyle: false,
      bounds: config.bounds,
      fitBoundsOptions: { padding: 28 },
      attributionControl: { compact: true, customAttribution: config.attribution },
      dragRotate: false,
      fadeDuration: 0,
      locale: {
        "NavigationControl.ZoomIn": config.words.zoom_in ?? "",
        "NavigationControl.ZoomOut": config.words.zoom_out ?? "",
        "AttributionControl.ToggleAttribution": config.words.sources ?? "",
      },
    });
    const { map } = this;
    this.style.backgroundColor = this.colours.ground;
    seldom(map);
    map.getCanvas().setAttribute("aria-label", config.words.map ?? "");
    if (!WALL) map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ unit: "metric", maxWidth: WALL ? 220 : 100 }), "bottom-right");
    map.once("style.load", () => {
      this.styled = true;
      // Where there is no room for them the sources wait behind their button.
      if (WALL || this.clientWidth < 1000) this.querySelector(".maplibregl-ctrl-attrib")?.classList.remove("maplibregl-compact-show");
      addImages(map, this.colours);
      for (const [id, data] of this.data) if (given.get(id) !== data) this.lay(id, data);
      this.listen(config);
      this.point();
      const field = document.querySelector<HTMLInputElement>(this.getAttribute("draw") || "nothing-to-draw");
      const kinds = this.getAttribute("kinds");
      if (field && kinds) void import("./terra").then(({ Terra }) => new Terra(map, this, field, kinds.split(" "), this.hasAttribute("many"), config));
      else if (field) new Drawing(map, this, field, config.words);
      if (this.getAttribute("controls") !== "few") {
        this.append(legend(config, this.colours, (layer, on) => this.toggle(layer, on)));
        if (config.find && !WALL) this.append(placeSearch(config, map, (place) => this.pointOut(place)));
        if (!WALL) this.append(coordinates(map));
      }
      void loads.then(() => {
        this.toggleAttribute("data-ready", true);
        this.mark(this.shown);
        this.dispatchEvent(new CustomEvent("anlan:ready", { bubbles: true }));
      });
    });
  }

  /** Put the whole style together before there is a map, so that it is laid out once. */
  private compose(config: Config): void {
    if (config.land) this.sources[LAND] = { type: "vector", tiles: [template(config.land, LAND)], minzoom: 0, maxzoom: 14 };
    const add = (layer: Layer): void => {
      // A picture that is not shown is not fetched either, and a layer without anything on it comes with its first feature.
      const empty = layer.picture ? layer.hidden : layer.url && !this.data.get(layer.id)?.features.length;
      if (!layer.land && !empty) this.sources[layer.id] = this.source(layer);
      for (const style of this.stylesOf(layer)) this.put(style, layer.hidden ?? false, layer.role);
    };
    // Names lie over land, water and warned areas, so that no hatching hides them, and give way to records.
    const ground = config.layers.filter((layer) => !RECORDS.includes(layer.role));
    ground.forEach(add);
    for (const layer of ground) for (const style of this.namesOf(layer)) this.put(style, false);
    config.layers.filter((layer) => RECORDS.includes(layer.role)).forEach(add);
    for (const source of ["selected", "found"]) for (const style of this.styles(source, source)) this.put(style, false);
  }

  /** Ask anew for what a poke says has changed. */
  private listen(config: Config): void {
    for (const layer of config.layers.filter((each) => each.live)) {
      this.dataset.live = `${this.dataset.live ?? ""} ${layer.live}`.trim();
      this.addEventListener("anlan:live", (event) => {
        const record = (event as CustomEvent<{ record: string }>).detail.record;
        if (record === "*" || layer.live!.split(" ").includes(record)) void this.refresh(layer);
      });
    }
  }

  /** Return the source of a layer: GeoJSON, tiles, or what lies below. */
  private source(layer: Layer): maplibregl.SourceSpecification {
    const [minzoom, maxzoom] = layer.zooms ?? [5, 14];
    const bounds = layer.bounds ? { bounds: layer.bounds } : {};
    if (layer.picture) {
      const [west, south, east, north] = layer.bounds!;
      return { type: "image", url: this.pictureOf(layer), coordinates: [[west, north], [east, north], [east, south], [west, south]] };
    }
    if (layer.raster) return { type: "raster", tiles: [absolute(layer.raster)], tileSize: 256, minzoom, maxzoom, ...bounds };
    if (layer.tiles) return { type: "vector", tiles: [address(layer)], minzoom, maxzoom, ...bounds };
    return { type: "geojson", data: this.data.get(layer.id) ?? NOTHING };
  }

  private pictureOf(layer: Layer): string {
    return new URL(layer.picture![themeOf(this)], location.href).href;
  }

  private styles(role: string, source: string, within = ""): Style[] {
    return paint(role, source, this.colours, within);
  }

  private stylesOf(layer: Layer): Style[] {
    if (layer.land) return this.styles(layer.role, layer.id, layer.id).map(ofLand);
    return layer.scheme ? paintScheme(layer.scheme, layer.id, this.colours) : this.styles(layer.role, layer.id, layer.within);
  }

  private namesOf(layer: Layer): Style[] {
    return layer.land && NAMES[layer.role] ? this.styles(...NAMES[layer.role], `${layer.id}-name`).map(ofLand) : [];
  }

  /** Take the colours of the theme that the page has changed to. */
  private dye(): void {
    const map = this.map!;
    this.colours = palette(themeOf(this));
    addImages(map, this.colours);
    this.style.backgroundColor = this.colours.ground;
    const own = [...this.styles("selected", "selected"), ...this.styles("found", "found")];
    for (const style of [...this.config!.layers.flatMap((layer) => [...this.stylesOf(layer), ...this.namesOf(layer)]), ...own]) {
      Object.assign(this.drawn.find((each) => each.id === style.id)!, { paint: style.paint });
      if (map.getLayer(style.id)) for (const [name, value] of Object.entries(style.paint ?? {})) map.setPaintProperty(style.id, name as never, value as never);
    }
    for (const layer of this.config!.layers.filter((each) => each.picture)) (map.getSource(layer.id) as maplibregl.ImageSource | undefined)?.updateImage({ url: this.pictureOf(layer) });
  }

  /** Mark a place that was searched for, with its name, until another is. */
  private pointOut(place: Place): void {
    const feature: Feature = { type: "Feature", properties: { name: place.name }, geometry: { type: "Point", coordinates: [place.lon!, place.lat!] } };
    this.lay("found", { type: "FeatureCollection", features: [feature] });
  }

  /** Put a style in its place; what a warning covers lies under water, roads and names, so that the rivers run through it, a station's dot under names alone. */
  private put(style: Style, hidden: boolean, role = ""): void {
    const place = (id?: string): number => this.drawn.findIndex((each) => each.id === id);
    const water = this.config!.layers.find((each) => ["lake", "river", "road"].includes(each.role));
    const name = NAMED.find((each) => place(each) >= 0);
    const below = role === "warning" && style.type === "fill" && water ? this.stylesOf(water)[0].id : role === "station" && style.type === "circle" ? name : undefined;
    const at = place(below);
    const whole = { ...style, layout: { ...style.layout, visibility: hidden ? "none" : "visible" } } as maplibregl.LayerSpecification;
    this.drawn.splice(at < 0 ? this.drawn.length : at, 0, whole);
  }

  private toggle(layer: Layer, on: boolean): void {
    const map = this.map!;
    const visibility = on ? "visible" : "none";
    for (const { id } of [...this.stylesOf(layer), ...this.namesOf(layer)]) {
      Object.assign(this.drawn.find((each) => each.id === id)!.layout!, { visibility });
      if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", visibility);
    }
    if (on && layer.picture && !map.getSource(layer.id)) this.bring(layer.id, this.source(layer));
  }

  /** Put features on a layer, which comes to the map with the first of them: one without any costs as much as a full one. */
  private lay(id: string, data: FeatureCollection = NOTHING): void {
    if (!this.styled) return;
    const source = this.map!.getSource(id) as maplibregl.GeoJSONSource | undefined;
    if (source) source.setData(data);
    else if (data.features.length) this.bring(id, { type: "geojson", data });
  }

  /** Add a source that the map has done without, with its layers in their places. */
  private bring(id: string, source: maplibregl.SourceSpecification): void {
    const map = this.map!;
    map.addSource(id, source);
    this.drawn.forEach((each, at) => {
      if ("source" in each && each.source === id) map.addLayer(each, this.drawn.slice(at + 1).find((next) => map.getLayer(next.id))?.id);
    });
  }

  private async refresh(layer: Layer): Promise<void> {
    if (layer.tiles) {
      // What a tile shows depends on who asks and when: the old one stays until the new one is there.
      if (!this.past) this.map!.refreshTiles(layer.id);
      return;
    }
    const answer = await fetch(layer.url!, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const data = (await answer.json()) as FeatureCollection;
    this.data.set(layer.id, data);
    if (!this.past || !layer.live) this.lay(layer.id, data);
    if (!this.past && this.map) this.mark(this.shown);
  }

  /** Listen to the mouse over records: point at one to read it, click it to select it. The topmost wins. */
  private point(): void {
    const map = this.map!;
    const drawing = Boolean(this.getAttribute("draw"));
    const layers = this.config!.layers.filter((layer) => RECORDS.includes(layer.role));
    const targets = layers.flatMap((layer) => this.styles(layer.role, layer.id).filter((s) => /-(point|dot|fill|text)$/.test(s.id)).map((s) => s.id));
    const under = (at: maplibregl.PointLike) => map.queryRenderedFeatures(at, { layers: targets.filter((id) => map.getLayer(id)) })[0];
    if (drawing) return;
    map.on("click", (event) => {
      const hit = under(event.point);
      if (hit) this.select(this.facts(hit), event.lngLat);
    });
    map.on("mousemove", (event) => {
      const hit = under(event.point);
      map.getCanvas().style.cursor = hit ? "pointer" : "";
      window.clearTimeout(this.dwell);
      if (hit) this.dwell = window.setTimeout(() => this.tell(this.facts(hit), event.lngLat), DWELL);
      else this.hover?.remove();
    });
    map.getCanvas().addEventListener("mouseleave", () => { window.clearTimeout(this.dwell); this.hover?.remove(); });
  }

  private facts(hit: maplibregl.MapGeoJSONFeature): Facts {
    const layer = this.config!.layers.find((each) => each.id === hit.source);
    const facts = hit.properties as Facts & { id?: number; label?: string };
    const url = facts.url ?? (layer?.page ? `${layer.page}${facts.id}/` : "");
    return { ...facts, title: facts.title ?? facts.label ?? "", url, spark: facts.spark ?? layer?.spark?.replace("{page}", url) };
  }

  private tell(facts: Facts, at: maplibregl.LngLatLike): void {
    this.hover?.remove();
    this.hover = new maplibregl.Popup({ maxWidth: "300px", closeButton: false, closeOnClick: true, offset: 12 });
    this.hover.setLngLat(at).setDOMContent(this.card(facts, false)).addTo(this.map!);
  }

  private select(facts: Facts, at: maplibregl.LngLatLike): void {
    if (!facts.url) return;
    this.hover?.remove();
    const taken = !this.dispatchEvent(new CustomEvent("anlan:select", { bubbles: true, cancelable: true, detail: facts }));
    if (!taken) new maplibregl.Popup({ maxWidth: "320px" }).setLngLat(at).setDOMContent(this.card(facts, true)).addTo(this.map!);
  }

  private card(facts: Facts, link: boolean): HTMLElement {
    const card = document.createElement("div");
    const title = document.createElement(link ? "a" : "strong");
    if (link) title.setAttribute("href", facts.url);
    title.textContent = facts.title;
    title.className = "fw-bold d-block mb-1";
    const said = Object.assign(document.createElement("div"), { className: "map-card-value number", textContent: facts.text ?? facts.value ?? "" });
    card.append(title, said);
    if (facts.at) card.append(Object.assign(document.createElement("div"), { className: "map-card-time number", textContent: facts.at }));
    if (facts.fresh === false) card.append(Object.assign(document.createElement("div"), { className: "stale", textContent: this.config!.words.stale }));
    if (facts.spark && !this.past) {
      const chart = document.createElement("anlan-chart");
      chart.setAttribute("kind", "spark");
      chart.setAttribute("src", facts.spark);
      card.append(chart);
    }
    return card;
  }
}

/**
 * Draw a new map when all of it has come, or what has after a while: each picture is dear where no graphics card draws it.
 *
 * Until then MapLibre goes through its frames without painting. When some is late, it paints seldom while nobody moves the map.
 */
function seldom(map: maplibregl.Map): void {
  const draw = map.triggerRepaint.bind(map);
  const later = patient(draw, GATHERED, PATIENCE);
  const { painter } = map;
  const paint = painter.render.bind(painter);
  let waits = true;
  painter.render = (style, transform, data) => {
    // What has come goes to the graphics card meanwhile; a picture has not come before that.
    if (waits) for (const tiles of Object.values(style.tileManagers)) if (tiles.used) tiles.prepare(painter.context);
    // Who looks straight down sees no sky.
    if (!waits || map.isStyleLoaded()) paint(style, transform, transform.pitch ? data : { ...data, sky: undefined });
  };
  map.triggerRepaint = () => (waits || map.areTilesLoaded() ? draw() : later());
  const shown = window.setTimeout(() => { waits = false; draw(); }, HELD);
  const often = (): void => { waits = false; map.triggerRepaint = draw; };
  for (const end of ["load", "movestart", "remove"] as const) map.once(end, () => { window.clearTimeout(shown); often(); });
}

function ofLand(style: Style): Style {
  return { ...style, source: LAND } as Style;
}

function calm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Return a template of tiles with its host; the braces stay for MapLibre to fill. */
function absolute(template: string): string {
  return new URL(template, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** Where a layer's tiles are, now or as they were. */
function address(layer: Layer, at?: string): string {
  if (layer.together) return template(layer.together, layer.id, at);
  const tiles = absolute(layer.tiles!);
  return at ? `${tiles}?at=${encodeURIComponent(at)}` : tiles;
}

customElements.define("anlan-map", AnlanMap);
