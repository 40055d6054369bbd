// The wall of the hall: the map goes round slowly by itself; while an alarm is unanswered it stays with what is alarming.
import type { AnlanMap } from "../map/map";

type Stop = [name: string, to: number[]];
type Tour = { stops: Stop[]; held: Stop[] };

const REST = 20_000;
const TRAVEL = 4;
/** How long a pointer that moved shows the way out. */
const SEEN = 4000;
const map = document.querySelector<AnlanMap>("anlan-map")!;
const sign = document.querySelector<HTMLElement>("#wall-place")!;
let at = -1;
let timer = 0;
let held = "";

function tour(): Tour {
  return JSON.parse(document.querySelector("#wall-stops")?.textContent ?? '{"stops":[],"held":[]}') as Tour;
}

function step(): void {
  window.clearTimeout(timer);
  const { stops, held: alarming } = tour();
  const round = alarming.length ? alarming : stops;
  document.documentElement.toggleAttribute("data-held", alarming.length > 0);
  if (round.length) {
    at = (at + 1) % round.length;
    const [name, to] = round[at];
    map.travel(to, TRAVEL);
    if (to.length === 2) map.markAt(to[0], to[1]);
    sign.textContent = name;
  }
  timer = window.setTimeout(step, REST);
}

/** Go at once to an alarm that has come, and on with the tour when the last was answered. */
function look(): void {
  const now = JSON.stringify(tour().held);
  if (now === held) return;
  held = now;
  at = -1;
  step();
}

map.addEventListener("anlan:ready", () => { held = JSON.stringify(tour().held); step(); });
document.addEventListener("htmx:oobAfterSwap", look);
document.addEventListener("htmx:afterSettle", look);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.querySelector<HTMLAnchorElement>(".wall-leave")!.click(); });
let hide = 0;
document.addEventListener("pointermove", () => {
  document.documentElement.toggleAttribute("data-pointer", true);
  window.clearTimeout(hide);
  hide = window.setTimeout(() => document.documentElement.toggleAttribute("data-pointer", false), SEEN);
});
