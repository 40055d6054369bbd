// What lies over the map: the legend with the layer switch, the place search, the coordinates.
import type { Map } from "maplibre-gl";
import { flag, hatch, mark, picture } from "./icons";
import type { Config, Layer } from "./map";
import type { Palette } from "./palette";

export type Place = { code: string; name: string; level: string; lon: number | null; lat: number | null };
const CLOSE: Record<string, number> = { city: 7.6, county: 9, town: 11, village: 12.5 };

/** Make the legend: levels by shape and colour, then the layers grouped by the question they answer. */
export function legend(config: Config, p: Palette, toggle: (layer: Layer, on: boolean) => void): HTMLElement {
  const { words } = config;
  // The map needs the room: the legend waits folded.
  const box = Object.assign(document.createElement("details"), { className: "map-legend" });
  box.append(Object.assign(document.createElement("summary"), { textContent: words.legend ?? "" }));
  const keys = Object.assign(document.createElement("div"), { className: "map-keys" });
  for (const level of ["red", "orange", "yellow", "blue", "normal"]) {
    const row = document.createElement("div");
    row.append(picture(mark(level, p)), words[level] ?? level);
    if (level !== "normal") row.append(picture(hatch(level, p), 14));
    keys.append(row);
  }
  const stale = document.createElement("div");
  stale.append(picture(mark("normal", p, true)), words.stale);
  keys.append(stale);
  const roles = new Set(config.layers.map((layer) => layer.role));
  for (const [role, name, image] of [["task", "task", flag(false)], ["task", "task_overdue", flag(true)]] as const) {
    if (!roles.has(role)) continue;
    const row = document.createElement("div");
    row.append(picture(image), words[name]);
    keys.append(row);
  }
  const more = Object.assign(document.createElement("details"), { open: true });
  more.append(Object.assign(document.createElement("summary"), { textContent: words.layers }));
  box.append(keys, more);
  const groups = new globalThis.Map<string, Layer[]>();
  for (const layer of config.layers.filter((each) => each.title)) groups.set(layer.group ?? "", [...(groups.get(layer.group ?? "") ?? []), layer]);
  for (const [question, layers] of groups) {
    const set = document.createElement("fieldset");
    if (question) set.append(Object.assign(document.createElement("legend"), { textContent: question }));
    for (const layer of layers) {
      const row = document.createElement("label");
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: !layer.hidden });
      tick.addEventListener("change", () => toggle(layer, tick.checked));
      row.append(tick, layer.title);
      if (layer.note) row.title = layer.note;
      set.append(row);
    }
    more.append(set);
  }
  return box;
}

/** Make the place search: type a name, pinyin or a code; Enter or a click brings the map there. */
export function placeSearch(config: Config, map: Map, reached: (place: Place) => void): HTMLElement {
  const box = Object.assign(document.createElement("div"), { className: "map-search" });
  const field = Object.assign(document.createElement("input"), { type: "search", className: "form-control form-control-sm", placeholder: config.words.find });
  const list = Object.assign(document.createElement("ul"), { id: `places-${Math.random().toString(36).slice(2)}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", config.words.find);
  const dressed = { role: "combobox", "aria-label": config.words.find, "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" };
  Object.entries(dressed).forEach(([name, value]) => field.setAttribute(name, value));
  let found: Place[] = [];
  let at = -1;
  let timer = 0;
  const show = () => {
    list.replaceChildren(...found.map((place, index) => {
      const row = Object.assign(document.createElement("li"), { textContent: place.name });
      row.append(Object.assign(document.createElement("small"), { textContent: place.code }));
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === at));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); go(place); });
      return row;
    }));
    if (!found.length && field.value.trim()) {
      const none = Object.assign(document.createElement("li"), { textContent: config.words.no_place });
      none.setAttribute("role", "option");
      list.replaceChildren(none);
    }
    list.hidden = !field.value.trim();
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const go = (place: Place) => {
    map.flyTo({ center: [place.lon!, place.lat!], zoom: CLOSE[place.level] ?? 10, duration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 900 });
    reached(place);
    field.value = place.name;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  };
  const ask = async () => {
    const answer = await fetch(`${config.find}?q=${encodeURIComponent(field.value)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    found = ((await answer.json()) as { places: Place[] }).places.filter((place) => place.lon !== null).slice(0, 8);
    at = found.length ? 0 : -1;
    show();
  };
  field.addEventListener("input", () => { window.clearTimeout(timer); timer = window.setTimeout(() => void ask(), 180); });
  field.addEventListener("blur", () => { list.hidden = true; });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found[at]) { event.preventDefault(); go(found[at]); }
    if (event.key === "Escape") list.hidden = true;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = found.length ? (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length : -1;
      show();
    }
  });
  box.append(field, list);
  return box;
}

/** Show where the mouse is, or where the middle of the map is while there is no mouse over it. */
export function coordinates(map: Map): HTMLElement {
  const box = Object.assign(document.createElement("div"), { className: "map-coordinates number" });
  const say = (at: { lng: number; lat: number }) => { box.textContent = `${at.lng.toFixed(4)}° E  ${at.lat.toFixed(4)}° N`; };
  map.on("mousemove", (event) => say(event.lngLat));
  map.on("moveend", () => say(map.getCenter()));
  say(map.getCenter());
  return box;
}
