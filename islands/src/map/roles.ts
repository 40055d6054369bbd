// How each role of layer looks: land and water quiet, hazards bright. Levels are the only saturated colours.
import type { LayerSpecification } from "maplibre-gl";

export const COLOURS: Record<string, string> = { red: "#ff5964", orange: "#ff8a3d", yellow: "#f2c230", blue: "#5b9dff", normal: "#3fb6a8" };
export const FONT = ["Inter", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
/** Roles whose features are records: they can be pointed at and selected. */
export const RECORDS = ["station", "warning", "task", "record"];

const LEVEL = ["coalesce", ["get", "level"], "normal"];
const STALE = ["==", ["coalesce", ["get", "fresh"], true], false];
const BY_LEVEL: unknown = ["match", LEVEL, "red", COLOURS.red, "orange", COLOURS.orange, "yellow", COLOURS.yellow, "blue", COLOURS.blue, COLOURS.normal];
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

type Style = Omit<LayerSpecification, "layout"> & { id: string; layout?: Record<string, unknown> };

export function paint(role: string, source: string, within = ""): Style[] {
  const make = (suffix: string, type: string, look: Record<string, unknown>, layout: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): Style =>
    ({ id: `${source}-${suffix}`, source, type, paint: look, layout, ...(within ? { "source-layer": within } : {}), ...rest }) as unknown as Style;
  const words = (suffix: string, text: unknown, look: Record<string, unknown>, layout: Record<string, unknown>, rest: Record<string, unknown> = {}): Style =>
    make(suffix, "symbol", { "text-halo-color": "#06121a", "text-halo-width": 1.4, ...look }, { "text-field": text, "text-font": FONT, "text-padding": 3, ...layout }, rest);
  switch (role) {
    case "neighbour":
      return [make("fill", "fill", { "fill-color": "#0a1f29" }), make("edge", "line", { "line-color": "#17333f", "line-width": 1 })];
    case "county":
      // A boundary is no water: grey and broken, so that it is never taken for a river.
      return [
        make("fill", "fill", { "fill-color": "#10303c", "fill-opacity": 0.95 }),
        make("glow", "line", { "line-color": "#8fb2bd", "line-width": 6, "line-opacity": 0.1, "line-blur": 4 }),
        make("edge", "line", { "line-color": "#8ba3ac", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.9, 11, 1.6], "line-opacity": 0.75, "line-dasharray": [5, 2, 1, 2] }),
      ];
    case "name":
      return [words("text", ["get", "label"], { "text-color": "#a9c4cd", "text-halo-width": 1.6 }, { "text-size": ["interpolate", ["linear"], ["zoom"], 7, letters(12), 11, letters(16)], "text-letter-spacing": 0.12 })];
    case "town":
      return [
        make("edge", "line", { "line-color": "#3a6775", "line-width": 0.7, "line-dasharray": [3, 3] }),
        words("text", ["get", "label"], { "text-color": "#7f9fab" }, { "text-size": letters(11) }, { minzoom: 9 }),
      ];
    case "river": {
      // The great rivers (low rank) carry the picture, their arms stand back.
      const wide = (from: number, to: number): unknown => ["interpolate", ["linear"], ["zoom"], 6, ["case", GREAT, from * 1.5, from], 12, ["case", GREAT, to * 1.5, to]];
      return [
        make("glow", "line", { "line-color": "#2f9fd0", "line-width": wide(4, 11), "line-opacity": 0.14, "line-blur": 4 }, { "line-join": "round", "line-cap": "round" }),
        make("line", "line", { "line-color": ["case", GREAT, "#5cc0ea", "#3f9cc6"], "line-width": wide(1, 3.4) }, { "line-join": "round", "line-cap": "round" }),
        words("text", ["get", "name"], { "text-color": "#8fd3f0" }, { "symbol-placement": "line", "text-size": letters(12), "symbol-spacing": 320, "text-letter-spacing": 0.08 }, { minzoom: 7 }),
      ];
    }
    case "lake":
      return [make("fill", "fill", { "fill-color": "#1b5b7a" })];
    case "road":
      return [make("line", "line", { "line-color": ["case", MAJOR, "#9a8a62", "#5f5c4e"], "line-width": ["interpolate", ["linear"], ["zoom"], 7, ["case", MAJOR, 0.9, 0.5], 11, ["case", MAJOR, 2.4, 1.4]], "line-opacity": 0.55 })];
    case "warning":
      return [
        make("fill", "fill", { "fill-pattern": ["concat", "hatch-", ["coalesce", ["get", "level"], "blue"]] }),
        make("edge", "line", { "line-color": BY_LEVEL, "line-width": 2.4, "line-opacity": 0.9 }, { "line-join": "round" }),
      ];
    case "station": {
      const dot = (suffix: string, fill: string, edge: string, only: unknown): Style =>
        make(suffix, "circle", { "circle-radius": size(6, 2.4, 11, 5.4), "circle-color": fill, "circle-stroke-color": edge, "circle-stroke-width": 1.3 }, {}, { filter: ["all", QUIET, only] });
      const full: unknown = ["format", NAME, {}, "\n", {}, VALUE, { "font-scale": 1.05 }];
      return [
        // Most stations are normal: a plain dot of one colour costs next to nothing, so that twenty thousand can be panned.
        dot("stale-dot", "#0b1c25", "#7d939c", STALE),
        dot("dot", COLOURS.normal, "#04121a", ["!", STALE]),
        // Only what is orange or red glows: where everything glows nothing is seen, and a glow is dear to paint.
        make("halo", "circle", { "circle-color": BY_LEVEL, "circle-radius": size(6, 9, 11, 18), "circle-opacity": ["case", STALE, 0.08, 0.3], "circle-blur": 0.7 }, {}, { filter: ["<=", RANK, 1] }),
        make("point", "symbol", {}, {
          "icon-image": ["concat", "mark-", LEVEL, ["case", STALE, "-stale", ""]],
          "icon-size": size(6, 0.6, 11, 1.1),
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          // Where marks lie on each other the gravest is on top.
          "symbol-sort-key": ["-", ["case", STALE, 0, 10], RANK],
        }, { filter: GRAVE }),
        words("text", ["step", ["zoom"], ["case", GRAVE, full, VALUE], 9, full],
          { "text-color": ["case", STALE, "#a9bac1", ["match", LEVEL, "red", "#ffd0d3", "orange", "#ffd9ba", "yellow", "#ffefb5", "blue", "#d3e4ff", "#bfe0dc"]], "text-halo-width": 2.2 },
          { "text-size": ["interpolate", ["linear"], ["zoom"], 7, ["case", GRAVE, letters(12.5), letters(11)], 12, letters(14.5)], "text-variable-anchor-offset": ["case", ["<=", RANK, 1], ["literal", ROUND], ["literal", BESIDE]], "text-justify": "auto", "text-line-height": 1.15, "symbol-sort-key": RANK },
          { filter: NAMED }),
      ];
    }
    case "task":
      return [
        make("point", "symbol", {}, { "icon-image": ["case", ["get", "overdue"], "task-overdue", "task"], "icon-offset": [0, -26], "icon-size": SCALE, "icon-allow-overlap": true }),
        words("text", ["get", "value"], { "text-color": "#ded2ff" }, { "text-size": letters(11), "text-anchor": "left", "text-offset": [0.9, -2.3], "text-optional": true }),
      ];
    case "selected":
      return [
        make("line", "line", { "line-color": "#ffffff", "line-width": 3 }),
        make("ring", "circle", { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2.5 }, {}, { filter: ["==", ["geometry-type"], "Point"] }),
      ];
    default:
      return [
        make("point", "circle", { "circle-color": "#9fb8c0", "circle-radius": 5, "circle-stroke-color": "#04121a", "circle-stroke-width": 1.2 }),
        words("text", NAME, { "text-color": "#cfdfe4" }, { "text-size": letters(11), "text-anchor": "left", "text-offset": [0.8, 0] }, { minzoom: 8 }),
      ];
  }
}
