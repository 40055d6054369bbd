// How each role of layer looks, in the colours of a palette: land and water quiet, hazards bright.
import type { LayerSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

export const FONT = ["Inter", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
/** Roles whose features are records: they can be pointed at and selected. */
export const RECORDS = ["station", "warning", "estimate", "task", "route", "closure", "record"];

const LEVEL = ["coalesce", ["get", "level"], "normal"];
const STALE = ["==", ["coalesce", ["get", "fresh"], true], false];
const RANK: unknown = ["match", LEVEL, "red", 0, "orange", 1, "yellow", 2, "blue", 3, 4];
const QUIET = ["==", LEVEL, "normal"];
const GRAVE = ["!", QUIET];
/** The server names the gravest where names have no room for all; from this zoom on everybody is a candidate. */
const NAMED = ["any", ["coalesce", ["get", "named"], true], [">=", ["zoom"], 13]];
/** Natural Earth's ranks: the lower, the greater. The rivers and roads that a city looks for first. */
const GREAT = ["<=", ["coalesce", ["get", "rank"], 9], 6];
const MAJOR = ["<=", ["coalesce", ["get", "rank"], 9], 4];
/** Where a name may stand: beside its mark, that of the gravest anywhere round it. */
const BESIDE = ["left", [0.95, 0], "right", [-0.95, 0]];
const ROUND = [...BESIDE, "top-left", [0.7, 0.6], "bottom-left", [0.7, -0.6], "top-right", [-0.7, 0.6], "bottom-right", [-0.7, -0.6], "top", [0, 0.9], "bottom", [0, -0.9]];
const VALUE: unknown = ["coalesce", ["get", "value"], ""];
const NAME: unknown = ["coalesce", ["get", "title"], ["get", "label"], ""];

/** Marks and letters grow with the page's: the wall is read at eight metres, and nothing written there is below 28 px. */
const SCALE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const LEAST = document.documentElement.hasAttribute("data-wall") ? 28 : 0;
const letters = (pixels: number): number => Math.max(pixels * SCALE, LEAST);
const size = (from: number, low: number, to: number, high: number): unknown => ["interpolate", ["linear"], ["zoom"], from, low * SCALE, to, high * SCALE];
const lettersBy = (from: number, low: number, to: number, high: number): unknown => ["interpolate", ["linear"], ["zoom"], from, letters(low), to, letters(high)];
const byLevel = (colours: Record<string, string>): unknown => ["match", LEVEL, "red", colours.red, "orange", colours.orange, "yellow", colours.yellow, "blue", colours.blue, colours.normal];

/**
 * Say what is the same for all features as if each had its own: lines whose colour and width are told alike are drawn by one program,
 * and each further program is dear where no graphics card makes it.
 */
const each = (look: unknown): unknown => ["case", ["has", "rank"], look, look];

type Look = Record<string, unknown>;
export type Style = Omit<LayerSpecification, "layout"> & { id: string; layout?: Look; paint?: Look };

/** Return the styles of a role, the lowest first, for a source (and the layer `within` its tiles). */
export function paint(role: string, source: string, p: Palette, within = ""): Style[] {
  const make = (suffix: string, type: string, look: Look, layout: Look = {}, rest: Look = {}): Style =>
    ({ id: `${source}-${suffix}`, source, type, paint: look, layout, ...(within ? { "source-layer": within } : {}), ...rest }) as unknown as Style;
  const words = (suffix: string, text: unknown, look: Look, layout: Look, rest: Look = {}): Style =>
    make(suffix, "symbol", { "text-halo-color": p.halo, "text-halo-width": 1.6, ...look }, { "text-field": text, "text-font": FONT, "text-padding": 3, ...layout }, rest);
  const round = { "line-join": "round", "line-cap": "round" };
  switch (role) {
    case "relief":
      return [make("raster", "raster", { "raster-opacity": 0.9, "raster-fade-duration": 0, "raster-resampling": "linear" })];
    case "density":
    case "tiles":
      return [make("raster", "raster", { "raster-opacity": 0.85, "raster-fade-duration": 0 })];
    case "built_up":
      return [make("fill", "fill", { "fill-color": p.builtUp, "fill-opacity": 0.5 })];
    case "neighbour":
      return [make("edge", "line", { "line-color": each(p.neighbour.edge), "line-width": each(1) })];
    case "veil":
      // What is not the city's stands back.
      return [make("fill", "fill", { "fill-color": p.veil.fill, "fill-opacity": p.veil.opacity })];
    case "county":
      // A boundary is no water: grey and broken, so that it is never taken for a river.
      return [
        make("fill", "fill", { "fill-color": p.county.fill, "fill-opacity": p.county.opacity }),
        make("glow", "line", { "line-color": each(p.county.glow), "line-width": each(7), "line-opacity": 0.16, "line-blur": 4 }),
        make("edge", "line", { "line-color": p.county.edge, "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.9, 11, 1.6], "line-opacity": 0.8, "line-dasharray": [5, 2, 1, 2] }),
      ];
    case "name":
      // Names of counties give way to records and to towns as the map comes closer.
      return [words("text", ["get", "name"], { "text-color": p.county.ink, "text-halo-width": 2, "text-opacity": ["interpolate", ["linear"], ["zoom"], 10, 1, 11, 0.35] }, { "text-size": lettersBy(7, 12, 11, 17), "text-letter-spacing": 0.14, "text-max-width": 7 })];
    case "town":
      return [
        make("edge", "line", { "line-color": p.town.edge, "line-width": 0.7, "line-opacity": ["interpolate", ["linear"], ["zoom"], 8, 0, 9, 0.8], "line-dasharray": [3, 3] }),
      ];
    case "town-name":
      return [
        make("dot", "circle", { "circle-radius": size(8, 1.4, 12, 3.4), "circle-color": p.town.dot, "circle-stroke-color": p.halo, "circle-stroke-width": 1, "circle-opacity": 0.9 }, {}, { minzoom: 8 }),
        words("text", ["get", "name"], { "text-color": p.town.ink }, { "text-size": lettersBy(8, 11, 13, 16), "text-variable-anchor-offset": ["literal", ["top", [0, 0.45], "bottom", [0, -0.45], "left", [0.55, 0], "right", [-0.55, 0]]] }, { minzoom: 8.4 }),
      ];
    case "river": {
      // The great rivers (low rank) carry the picture, their arms stand back.
      const wide = (from: number, to: number): unknown => ["interpolate", ["linear"], ["zoom"], 6, ["case", GREAT, from * 1.5, from], 12, ["case", GREAT, to * 1.7, to]];
      return [
        make("glow", "line", { "line-color": each(p.water.glow), "line-width": wide(4, 12), "line-opacity": 0.18, "line-blur": 4 }, round),
        make("line", "line", { "line-color": ["case", GREAT, p.water.great, p.water.small], "line-width": wide(1, 3.8) }, round),
        words("text", ["get", "name"], { "text-color": p.water.ink }, { "symbol-placement": "line", "text-size": lettersBy(7, 12, 12, 15), "symbol-spacing": 320, "text-letter-spacing": 0.1 }, { minzoom: 7 }),
      ];
    }
    case "lake":
      return [
        make("fill", "fill", { "fill-color": p.water.lake }),
        words("text", ["get", "name"], { "text-color": p.water.ink }, { "text-size": letters(12) }, { minzoom: 8 }),
      ];
    case "road":
      return [
        make("case", "line", { "line-color": each(p.road.case), "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0, 9, ["case", MAJOR, 3, 2], 13, ["case", MAJOR, 7, 4]], "line-opacity": 0.5 }, round),
        make("line", "line", { "line-color": ["case", MAJOR, p.road.major, p.road.minor], "line-width": ["interpolate", ["linear"], ["zoom"], 7, ["case", MAJOR, 0.9, 0.5], 11, ["case", MAJOR, 2.6, 1.5], 13, ["case", MAJOR, 4, 2.2]], "line-opacity": 0.72 }, round),
      ];
    case "railway":
      return [
        make("line", "line", { "line-color": each(p.railway.line), "line-width": ["interpolate", ["linear"], ["zoom"], 7, each(1 * SCALE), 12, each(3 * SCALE)], "line-opacity": 0.75 }),
        make("tie", "line", { "line-color": p.railway.tie, "line-width": size(7, 0.5, 12, 1.8), "line-dasharray": [5, 5] }),
      ];
    case "warning":
      return [
        make("fill", "fill", { "fill-pattern": ["concat", "hatch-", ["coalesce", ["get", "level"], "blue"]] }),
        make("edge", "line", { "line-color": byLevel(p.levels), "line-width": 2.4, "line-opacity": 0.9 }, { "line-join": "round" }),
      ];
    case "estimate": {
      // What was reckoned is never filled like a warning: a full line for what is likely, broken ones for the least and the most.
      const part = (name: string): unknown => ["==", ["get", "part"], name];
      const edge = (name: string, look: Look): Style => make(name, "line", { "line-color": byLevel(p.levels), ...look }, { "line-join": "round" }, { filter: part(name) });
      return [
        make("fill", "fill", { "fill-color": byLevel(p.levels), "fill-opacity": ["case", part("likely"), 0.16, 0.07] }, {}, { filter: ["==", ["geometry-type"], "Polygon"] }),
        edge("high", { "line-width": 1.8, "line-dasharray": [4, 3] }),
        edge("low", { "line-width": 1.2, "line-dasharray": [1.5, 1.5] }),
        edge("likely", { "line-width": 2.6 }),
        make("began", "circle", { "circle-radius": 6, "circle-color": p.levels.red, "circle-stroke-color": p.markEdge, "circle-stroke-width": 2 }, {}, { filter: part("began") }),
        words("text", ["get", "label"], { "text-color": byLevel(p.levelInk), "text-halo-width": 2 }, { "symbol-placement": "line", "text-size": letters(12), "symbol-spacing": 400, "text-max-angle": 40 }, { filter: ["any", part("likely"), part("high")] }),
      ];
    }
    case "waiting":
      // How many of a place's villages nobody has confirmed: the more, the fuller. No colour of a hazard.
      return [
        make("fill", "fill", { "fill-color": p.waiting.fill, "fill-opacity": ["interpolate", ["linear"], ["get", "share"], 0, 0.04, 1, 0.5] }),
        make("edge", "line", { "line-color": p.waiting.edge, "line-width": 1.2, "line-opacity": 0.8 }),
        words("text", ["format", NAME, {}, "\n", {}, VALUE, {}], { "text-color": p.waiting.ink, "text-halo-width": 2.2 }, { "text-size": lettersBy(7, 11, 12, 14), "text-line-height": 1.15 }),
      ];
    case "track": {
      // What a storm did is drawn whole, what is only foretold broken and hollow.
      const part = (name: string): unknown => ["==", ["get", "part"], name];
      const at = (kind: string, ...more: unknown[]): Look => ({ filter: ["all", ["==", ["geometry-type"], kind], ...more] });
      return [
        make("circle", "line", { "line-color": byLevel(p.levels), "line-width": 1.8, "line-opacity": 0.9 }, {}, at("Polygon")),
        make("wind", "fill", { "fill-color": byLevel(p.levels), "fill-opacity": 0.12 }, {}, at("Polygon")),
        make("past", "line", { "line-color": p.selected, "line-width": 2.6 }, round, at("LineString", part("past"))),
        make("ahead", "line", { "line-color": p.selected, "line-width": 1.8, "line-dasharray": [2.2, 2] }, {}, at("LineString", part("forecast"))),
        make("fix", "circle", { "circle-radius": ["case", part("now"), 8, 4.2], "circle-color": byLevel(p.levels), "circle-stroke-color": p.markEdge, "circle-stroke-width": ["case", part("now"), 2.4, 1] }, {}, at("Point", ["!", part("forecast")])),
        make("foretold", "circle", { "circle-radius": 4.6, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": byLevel(p.levels), "circle-stroke-width": 1.8 }, {}, at("Point", part("forecast"))),
        words("text", NAME, { "text-color": p.other.ink }, { "text-size": letters(12), "text-anchor": "left", "text-offset": [1, 0] }, at("Point", part("now"))),
      ];
    }
    case "station": {
      const dot = (suffix: string, fill: string, edge: string, only: unknown): Style =>
        make(suffix, "circle", { "circle-radius": size(6, 2.4, 11, 5.4), "circle-color": fill, "circle-stroke-color": edge, "circle-stroke-width": 1.3 }, {}, { filter: ["all", QUIET, only] });
      const full: unknown = ["format", NAME, {}, "\n", {}, VALUE, { "font-scale": 1.05 }];
      return [
        // Most stations are normal: a plain dot of one colour costs next to nothing, so that twenty thousand can be panned.
        dot("stale-dot", p.stale.fill, p.stale.edge, STALE),
        dot("dot", p.levels.normal, p.markEdge, ["!", STALE]),
        // Only what is orange or red glows: where everything glows nothing is seen, and a glow is dear to paint.
        make("halo", "circle", { "circle-color": byLevel(p.levels), "circle-radius": size(6, 9, 11, 18), "circle-opacity": ["case", STALE, 0.08, 0.3], "circle-blur": 0.7 }, {}, { filter: ["<=", RANK, 1] }),
        make("point", "symbol", {}, {
          "icon-image": ["concat", "mark-", LEVEL, ["case", STALE, "-stale", ""]],
          "icon-size": size(6, 0.6, 11, 1.1),
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          // Where marks lie on each other the gravest is on top.
          "symbol-sort-key": ["-", ["case", STALE, 0, 10], RANK],
        }, { filter: GRAVE }),
        words("text", ["step", ["zoom"], ["case", GRAVE, full, VALUE], 9, full],
          { "text-color": ["case", STALE, p.stale.ink, byLevel(p.levelInk)], "text-halo-width": 2.2 },
          { "text-size": ["interpolate", ["linear"], ["zoom"], 7, ["case", GRAVE, letters(12.5), letters(11)], 12, letters(14.5)], "text-variable-anchor-offset": ["case", ["<=", RANK, 1], ["literal", ROUND], ["literal", BESIDE]], "text-justify": "auto", "text-line-height": 1.15, "symbol-sort-key": RANK },
          { filter: NAMED }),
      ];
    }
    case "task":
      return [
        make("point", "symbol", {}, { "icon-image": ["case", ["get", "overdue"], "task-overdue", "task"], "icon-offset": [0, -26], "icon-size": SCALE, "icon-allow-overlap": true }),
        words("text", ["get", "value"], { "text-color": p.task.ink }, { "text-size": letters(11), "text-anchor": "left", "text-offset": [0.9, -2.3], "text-optional": true }),
      ];
    case "closure": {
      // A closed road is barred, black and white like the barrier across it; no colour of a hazard.
      const part = (name: string): unknown => ["==", ["get", "part"], name];
      return [
        make("case", "line", { "line-color": p.barrier.dark, "line-width": 7 }, {}, { filter: part("road") }),
        make("bars", "line", { "line-color": p.barrier.light, "line-width": 4.4, "line-dasharray": [0.9, 0.9] }, {}, { filter: part("road") }),
        make("disc", "circle", { "circle-radius": 8 * SCALE, "circle-color": p.barrier.light, "circle-stroke-color": p.barrier.dark, "circle-stroke-width": 2.4 }, {}, { filter: part("place") }),
        words("cross", "✕", { "text-color": p.barrier.dark, "text-halo-width": 0 }, { "text-size": letters(13), "text-allow-overlap": true, "text-ignore-placement": true }, { filter: part("place") }),
        words("text", NAME, { "text-color": p.other.ink, "text-halo-width": 2 }, { "text-size": letters(12), "text-anchor": "left", "text-offset": [1.1, 0], "text-optional": true }, { filter: part("place"), minzoom: 9 }),
      ];
    }
    case "route": {
      // The way that holds is whole, dotted where it leaves the known roads, those before it are broken; its colour is that of tasks.
      const part = (name: string): unknown => ["==", ["get", "part"], name];
      return [
        make("before", "line", { "line-color": p.task.ink, "line-width": 2, "line-opacity": 0.75, "line-dasharray": [2, 2] }, {}, { filter: part("before") }),
        make("case", "line", { "line-color": p.halo, "line-width": 7, "line-opacity": 0.85 }, round, { filter: part("way") }),
        make("way", "line", { "line-color": p.task.ink, "line-width": 3.6 }, round, { filter: part("way") }),
        make("off", "line", { "line-color": p.task.ink, "line-width": 3.6, "line-dasharray": [0.05, 2] }, round, { filter: part("off") }),
        make("start", "circle", { "circle-radius": 5.5 * SCALE, "circle-color": p.task.ink, "circle-stroke-color": p.halo, "circle-stroke-width": 2 }, {}, { filter: part("start") }),
        make("end", "circle", { "circle-radius": 7 * SCALE, "circle-color": p.halo, "circle-stroke-color": p.task.ink, "circle-stroke-width": 3.4 }, {}, { filter: part("end") }),
        words("minutes", ["get", "label"], { "text-color": p.task.ink, "text-halo-width": 2.2 }, { "symbol-placement": "line-center", "text-size": letters(12) }, { filter: part("way") }),
        words("text", ["get", "label"], { "text-color": p.task.ink, "text-halo-width": 2.2 }, { "text-size": letters(12.5), "text-variable-anchor-offset": ["literal", BESIDE] }, { filter: ["any", part("start"), part("end")] }),
      ];
    }
    case "selected":
    case "found":
      return [
        make("line", "line", { "line-color": p.selected, "line-width": 3 }),
        make("ring", "circle", { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": p.selected, "circle-stroke-width": 2.5 }, {}, { filter: ["==", ["geometry-type"], "Point"] }),
        words("text", ["coalesce", ["get", "name"], ""], { "text-color": p.selected, "text-halo-width": 2.4 }, { "text-size": letters(15), "text-anchor": "bottom", "text-offset": [0, -1.4] }, { filter: ["==", ["geometry-type"], "Point"] }),
      ];
    default:
      return [
        make("point", "circle", { "circle-color": p.other.dot, "circle-radius": 5, "circle-stroke-color": p.markEdge, "circle-stroke-width": 1.2 }),
        words("text", NAME, { "text-color": p.other.ink }, { "text-size": letters(11), "text-anchor": "left", "text-offset": [0.8, 0] }, { minzoom: 12 }),
      ];
  }
}

/** Return the styles of vector tiles of a scheme that others publish; only OpenMapTiles is known, which most free tiles follow. */
export function paintScheme(scheme: string, source: string, p: Palette): Style[] {
  if (scheme !== "openmaptiles") return [];
  const of = (within: string, role: string, rest: Look = {}): Style[] =>
    paint(role, source, p, within).map((style) => ({ ...style, ...rest, id: `${style.id}-${within}` }) as Style);
  const kind = (...kinds: string[]): unknown => ["match", ["get", "class"], kinds, true, false];
  const named = ["coalesce", ["get", "name:zh-Hans"], ["get", "name:zh"], ["get", "name"], ""];
  return [
    ...of("landuse", "built_up", { filter: kind("residential", "commercial", "industrial") }),
    ...of("water", "lake").filter((style) => style.type === "fill"),
    ...of("waterway", "river").filter((style) => style.type === "line"),
    ...of("transportation", "road", { filter: kind("motorway", "trunk", "primary", "secondary", "tertiary") }),
    ...of("transportation", "railway", { filter: kind("rail") }).map((style) => ({ ...style, id: `${style.id}-rail` })),
    ...of("place", "town-name", { filter: kind("town", "village", "suburb", "hamlet") }).filter((style) => style.type === "symbol")
      .map((style) => ({ ...style, layout: { ...style.layout, "text-field": named } }) as Style),
  ];
}
