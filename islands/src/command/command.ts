// The command page: what is selected, on the map or in a list, opens beside the map; the timeline looks back.
import htmx from "htmx.org";
import type { AnlanMap } from "../map/map";
import "./timeline";
import type { AnlanTimeline, Look } from "./timeline";

const prefix = document.documentElement.dataset.prefix ?? "/";
const map = document.querySelector<AnlanMap>(".command anlan-map")!;
const panel = document.querySelector<HTMLElement>("#record")!;
const line = document.querySelector<AnlanTimeline>("anlan-timeline")!;
const nothing = panel.innerHTML;
let selected = "";
let tab = "";
let visiting = false;

/** Load what draws charts: the map comes first, and needs none until somebody points at a station or opens a record. */
const charts = (): void => void import(/* @vite-ignore */ map.dataset.charts!);
map.addEventListener("anlan:ready", () => map.map!.once("idle", charts));
window.setTimeout(charts, 5000);

/** Open a record beside the map; `visit` brings its place into view. */
function select(url: string, visit: boolean): void {
  charts();
  selected = url;
  visiting = visit;
  const own = url.startsWith(prefix) ? url.slice(prefix.length) : url.replace(/^\//, "");
  void htmx.ajax("get", `${prefix}map/record/${own}`, { target: "#record", swap: "innerHTML" });
  map.mark(url, visit);
  remember(url);
  highlight();
}

function deselect(): void {
  selected = "";
  panel.innerHTML = nothing;
  map.mark(undefined);
  remember("");
  highlight();
}

/** Keep the selection in the address, so that a reload and the way back from a verb show it again. */
function remember(url: string): void {
  const address = new URL(location.href);
  if (url) address.searchParams.set("select", url);
  else address.searchParams.delete("select");
  history.replaceState(null, "", address);
}

function highlight(): void {
  document.querySelectorAll("[data-select]").forEach((link) => {
    if (link.getAttribute("href") === selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

document.addEventListener("anlan:select", (event) => {
  event.preventDefault();
  select((event as CustomEvent<{ url: string }>).detail.url, false);
});

document.addEventListener("click", (event) => {
  const at = event.target as HTMLElement;
  const link = at.closest<HTMLAnchorElement>("a[data-select]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    select(link.getAttribute("href")!, true);
  }
  if (at.closest("[data-deselect]")) deselect();
  if (at.closest("[data-list]")) list(at.closest<HTMLElement>("[data-list]")!);
  if (at.closest("[data-now]")) line.now();
});

function list(button: HTMLElement): void {
  const box = document.querySelector<HTMLElement>("#map-list")!;
  box.hidden = !box.hidden;
  button.setAttribute("aria-expanded", String(!box.hidden));
  if (!box.hidden) {
    htmx.trigger(box, "open", {});
    box.focus();
  }
}

// A panel that is fetched anew keeps the tab that was open.
document.addEventListener("shown.bs.tab", (event) => { tab = (event.target as HTMLElement).id; });
document.addEventListener("htmx:afterSettle", () => {
  const place = panel.querySelector<HTMLElement>("[data-lon]");
  if (place) map.markAt(Number(place.dataset.lon), Number(place.dataset.lat), visiting);
  visiting = false;
  if (tab) panel.querySelector<HTMLElement>(`#${tab}:not(.active)`)?.click();
  highlight();
});

// What is no longer there, or may not be read, closes; the reason is said.
document.addEventListener("htmx:responseError", (event) => {
  const detail = (event as CustomEvent<{ target: HTMLElement }>).detail;
  if (detail.target === panel || panel.contains(detail.target)) deselect();
});

line.addEventListener("anlan:look", (event) => {
  const look = (event as CustomEvent<Look | null>).detail;
  const banner = document.querySelector<HTMLElement>("#past")!;
  banner.hidden = !look;
  document.querySelector(".command-main")!.classList.toggle("looking-back", Boolean(look));
  if (look) {
    const time = banner.querySelector("time")!;
    time.dateTime = look.at;
    time.textContent = look.words;
  }
  map.showPast(look ?? undefined);
});

const asked = new URL(location.href).searchParams.get("select") ?? panel.dataset.default ?? "";
if (asked) select(asked, false);
