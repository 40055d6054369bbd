// The main menu in a window too narrow for it: the groups at its end stand under one entry, "More", each with its name above its pages.

const WIDE = window.matchMedia("(min-width: 992px)"); // below, the menu opens as a list (navbar-expand-lg)

export function menu(): void {
  const nav = document.getElementById("menu");
  const more = nav?.querySelector<HTMLElement>("[data-more]");
  if (!nav || !more) return;
  const list = more.parentElement!;
  const entries = [...list.children].filter((entry) => entry !== more) as HTMLElement[];
  const fit = (): void => {
    let shown = entries.length;
    show(entries, shown, more);
    while (WIDE.matches && shown > 1 && list.offsetWidth > nav.clientWidth) show(entries, --shown, more);
    nav.removeAttribute("data-fitting");
  };
  new ResizeObserver(fit).observe(nav.parentElement!);
  void document.fonts.ready.then(fit);
}

/** Show so many entries, and what the others hold under the last one. */
function show(entries: HTMLElement[], count: number, more: HTMLElement): void {
  const rest = entries.slice(count);
  entries.forEach((entry, n) => { entry.hidden = n >= count; });
  more.hidden = rest.length === 0;
  more.classList.toggle("active", rest.some((entry) => entry.classList.contains("active")));
  more.querySelector(".dropdown-menu")!.replaceChildren(...rest.flatMap(listed));
}

function listed(entry: HTMLElement): HTMLElement[] {
  const pages = [...entry.querySelectorAll<HTMLElement>(".dropdown-item")].map((page) => page.cloneNode(true) as HTMLElement);
  const own = entry.querySelector<HTMLElement>(".nav-link")!;
  if (pages.length) {
    const name = document.createElement("span");
    name.className = "dropdown-header";
    name.textContent = own.textContent;
    return [name, ...pages];
  }
  const page = own.cloneNode(true) as HTMLElement;
  page.className = "dropdown-item";
  return [page];
}
