// How each role of layer looks: land and water quiet, hazards bright. Levels are the only saturated colours.
import type { LayerSpecification } from "maplibre-gl";

export const COLOURS: Record<string, string> = { red: "#ff5964", orange: "#ff8a3d", yellow: "#f2c230", blue: "#5b9dff", normal: "#3fb6a8" };
const BY_LEVEL: unknown = ["match", ["get", "level"], "red", COLOURS.red, "orange", COLOURS.orange, "yellow", COLOURS.yellow, "blue", COLOURS.blue, COLOURS.normal];

type Style = Omit<LayerSpecification, "layout"> & { id: string; layout?: Record<string, unknown> };

export function paint(role: string, source: string): Style[] {
  const make = (suffix: string, type: string, look: Record<string, unknown>, rest: Record<string, unknown> = {}): Style =>
    ({ id: `${source}-${suffix}`, source, type, paint: look, ...rest }) as unknown as Style;
  switch (role) {
    case "neighbour":
      return [make("fill", "fill", { "fill-color": "#0a1f29" }), make("edge", "line", { "line-color": "#17333f", "line-width": 1 })];
    case "county":
      return [
        make("fill", "fill", { "fill-color": "#0f2c38", "fill-opacity": 0.95 }),
        make("glow", "line", { "line-color": "#1e7f8c", "line-width": 7, "line-opacity": 0.16, "line-blur": 5 }),
        make("edge", "line", { "line-color": "#3b8c98", "line-width": 1.2, "line-opacity": 0.8 }),
      ];
    case "town":
      return [make("edge", "line", { "line-color": "#2a5663", "line-width": 0.6, "line-dasharray": [3, 3] })];
    case "river":
      return [
        make("glow", "line", { "line-color": "#2f9fd0", "line-width": 6, "line-opacity": 0.18, "line-blur": 4 }),
        make("line", "line", { "line-color": "#4fb4dd", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 1.3, 11, 3] }),
      ];
    case "lake":
      return [make("fill", "fill", { "fill-color": "#1b5b7a" })];
    case "road":
      return [make("line", "line", { "line-color": "#7a6f55", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.6, 11, 2], "line-opacity": 0.7 })];
    case "warning":
      return [
        make("fill", "fill", { "fill-color": BY_LEVEL, "fill-opacity": 0.2 }),
        make("edge", "line", { "line-color": BY_LEVEL, "line-width": 2, "line-dasharray": [2, 1.5] }),
      ];
    case "station":
      return [
        make("halo", "circle", { "circle-color": BY_LEVEL, "circle-radius": ["match", ["get", "level"], "normal", 0, 14], "circle-opacity": 0.22, "circle-blur": 0.6 }),
        make("point", "circle", { "circle-color": BY_LEVEL, "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 4.5, 11, 8], "circle-stroke-color": "#06141b", "circle-stroke-width": 1.4, "circle-opacity": ["case", ["get", "stale"], 0.45, 1] }),
      ];
    default:
      return [make("point", "circle", { "circle-color": "#9fb8c0", "circle-radius": 4 })];
  }
}
