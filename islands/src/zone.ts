// Times as the world's clocks show them: the page says its zone; where the browser stands does not matter.
const zone = document.documentElement.dataset.zone || undefined;
const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });

/** Return the milliseconds whose UTC reading is what the world's clock shows at an instant. */
export function wall(at: number): number {
  return Date.parse(`${clock.format(at).replace(" ", "T")}Z`);
}
