// A part of a page that is asked for again keeps the keyboard's place: the same link, button or field has the focus afterwards.

/** Return by what an element is found again in the part's new words; "" where nothing tells it apart (htmx itself knows those with an id). */
function sign(element: Element): string {
  for (const name of ["href", "name", "data-live"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  return "";
}

export function keeps(): void {
  let lost = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    const held = document.activeElement;
    if (held && held !== target && !held.id && target.contains(held)) lost = sign(held);
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (lost && document.activeElement === document.body) document.querySelector<HTMLElement>(lost)?.focus({ preventScroll: true });
    lost = "";
  });
}
