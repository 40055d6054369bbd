// Live pages: the server says which record changed, the page asks again under its own scope.
type Htmx = { trigger: (element: Element, event: string) => void };
type Poke = { record: string; id: string; area: string };

export function listen(htmx: Htmx): void {
  const prefix = document.documentElement.dataset.prefix ?? "/";
  if (document.documentElement.dataset.signedIn !== "1") return;
  const state = document.querySelector<HTMLElement>("[data-link-state]");
  const waiting = new Map<Element, number>();
  const source = new EventSource(`${prefix}live/`);
  source.onopen = () => state?.setAttribute("data-link-state", "up");
  source.onerror = () => state?.setAttribute("data-link-state", "down");
  source.onmessage = (message) => {
    const poke = JSON.parse(message.data) as Poke;
    const wanted = poke.record === "*" ? "[data-live]" : `[data-live~="${poke.record}"]`;
    document.querySelectorAll(wanted).forEach((element) => {
      // A burst of pokes asks once.
      window.clearTimeout(waiting.get(element));
      waiting.set(element, window.setTimeout(() => {
        htmx.trigger(element, "live");
        element.dispatchEvent(new CustomEvent("anlan:live", { detail: poke }));
      }, 250));
    });
  };
  window.addEventListener("pagehide", () => source.close());
}
