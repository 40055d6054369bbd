// Elements by hand: a phone's page is small, and a framework would weigh more than it.

type Child = Node | string | number | null | undefined | false;

/** Make an element: `h("button.primary", { type: "button", onclick: act }, "Send")`. Texts are texts, never HTML. */
export function h(tag: string, attributes: { [name: string]: unknown } = {}, ...children: (Child | Child[])[]): HTMLElement {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name || "div");
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value as EventListener);
    else if (key === "value") (made as HTMLInputElement).value = String(value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) made.append(typeof child === "number" ? String(child) : child);
  }
  return made;
}

/** Month, day, hour and minute, as on the server's pages. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** How long, in the largest unit that says it. */
export function span(milliseconds: number, chinese: boolean): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 60) return chinese ? `${minutes} 分钟` : `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return chinese ? `${hours} 小时` : `${hours} h`;
  return chinese ? `${Math.round(hours / 24)} 天` : `${Math.round(hours / 24)} days`;
}
