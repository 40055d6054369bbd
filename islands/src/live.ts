// Live pages: the server says which record changed, the page asks again under its own scope.
import { isOut } from "./here";

type Htmx = { trigger: (element: Element, event: string) => void };
type Poke = { record: string; id: string; area: string };

/** A burst of pokes asks once, but a steady stream cannot starve a page: it asks at least this often. */
const QUIET = 250;
const AT_LEAST_EVERY = 1500;
/** A browser gives up on a line that a proxy answers with an error; we do not. */
const AGAIN = 5000;

/** Put off calling `act` until it has been quiet for a while, but never longer than `longest` after the first call. */
export function patient(act: () => void, quiet = QUIET, longest = AT_LEAST_EVERY): () => void {
  let timer = 0;
  let first = 0;
  return () => {
    const now = Date.now();
    if (!timer) first = now;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { timer = 0; act(); }, Math.max(0, Math.min(quiet, first + longest - now)));
  };
}

export function listen(htmx: Htmx): void {
  const { prefix = "/", askedAt = "" } = document.documentElement.dataset;
  // Only who has signed in is told when the page was asked for.
  if (!askedAt) return;
  let heard = askedAt;
  // What waits is known by (element, record): a map must hear of each record that moved, not only of the last.
  const waiting = new WeakMap<Element, Map<string, () => void>>();
  let source: EventSource | undefined;
  const open = (): void => {
    if (source) return;
    source = new EventSource(`${prefix}live/?since=${heard}`);
    source.onopen = () => link("up");
    source.onerror = () => {
      link("down");
      if (source?.readyState === EventSource.CLOSED) {
        close();
        void isOut().then((out) => { if (!out) window.setTimeout(follow, AGAIN); });
      }
    };
    source.onmessage = hear;
  };
  const close = (): void => { source?.close(); source = undefined; };
  const hear = (message: MessageEvent<string>): void => {
    heard = message.lastEventId;
    const poke = JSON.parse(message.data) as Poke;
    const wanted = poke.record === "*" ? "[data-live]" : `[data-live~="${poke.record}"]`;
    document.querySelectorAll(wanted).forEach((element) => {
      const known = waiting.get(element) ?? new Map<string, () => void>();
      waiting.set(element, known);
      // A page part that htmx fetches asks once for all records; an island (a tag with a dash) is told of each.
      const key = element.tagName.includes("-") ? poke.record : "";
      if (!known.has(key)) known.set(key, patient(() => tell(htmx, element, poke)));
      known.get(key)!();
    });
  };
  // A browser opens six lines to a server: pages that nobody sees leave theirs, and ask for what they missed when seen again.
  const follow = (): void => { if (document.visibilityState === "hidden") close(); else open(); };
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", close);
  document.addEventListener("anlan:out", () => { close(); link("down"); });
  window.addEventListener("pageshow", follow);
  // A cut line tells nobody; the browser knows before the stream times out.
  window.addEventListener("offline", () => link("down"));
  window.addEventListener("online", () => { if (source?.readyState === EventSource.OPEN) link("up"); });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, (event) => askAgain(htmx, event));
  follow();
}

/** Ask again for a part that a busy server did not give: if it was told of the last change, nobody tells it any more. */
function askAgain(htmx: Htmx, event: Event): void {
  const part = event.target as Element;
  const status = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail.xhr?.status ?? 0;
  if (!part.matches("[data-live]") || (status > 0 && status < 500)) return;
  window.setTimeout(() => { if (part.isConnected) htmx.trigger(part, "live"); }, AGAIN);
}

/** Parts that wait for their answer with a change behind them, by id. */
const owed = new Set<string>();

function tell(htmx: Htmx, element: Element, poke: Poke): void {
  if (element.id) ask(htmx, element.id);
  else if (element.isConnected) htmx.trigger(element, "live");
  if (element.isConnected) element.dispatchEvent(new CustomEvent("anlan:live", { detail: poke }));
}

/** Ask for a part, known by its id: an answer puts a new element in its place, and what htmx would queue on the old one is lost. */
function ask(htmx: Htmx, id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  if (!part.classList.contains("htmx-request")) { htmx.trigger(part, "live"); return; }
  if (owed.has(id)) return;
  owed.add(id);
  window.setTimeout(() => { owed.delete(id); ask(htmx, id); }, QUIET);
}

/** Say the state of the live connection, by a dot and in words, wherever a page shows it. */
function link(state: "up" | "down"): void {
  document.documentElement.dataset.link = state;
}
