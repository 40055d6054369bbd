// Ticking rows of a list: how many are ticked stands beside the verbs, one box ticks the page, and ticks outlive a live refresh.

const BOX = 'input[name="row"][form="bulk"]';
const ticked = new Set<string>();

/** Tick again what was ticked before a part of the page came anew. */
export function ticks(): void {
  document.querySelectorAll<HTMLInputElement>(BOX).forEach((box) => { box.checked ||= ticked.has(box.value); });
  count();
}

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(BOX)];
}

function count(): void {
  const bar = document.querySelector<HTMLFormElement>("[data-bulk]");
  if (!bar) return;
  const shown = boxes().filter((box) => box.checked);
  const all = bar.querySelector<HTMLInputElement>('input[name="all"]')!.checked;
  bar.querySelector<HTMLOutputElement>("[data-ticked]")!.value = String(shown.length);
  bar.querySelectorAll<HTMLButtonElement>("button").forEach((button) => { button.disabled = !all && !shown.length; });
  const head = document.querySelector<HTMLInputElement>("[data-tick-all]");
  if (head) {
    head.checked = shown.length > 0 && shown.length === boxes().length;
    head.indeterminate = shown.length > 0 && !head.checked;
  }
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.matches("[data-tick-all]")) boxes().forEach((each) => { each.checked = box.checked; });
  else if (!box.matches(`${BOX}, [data-bulk] input[name="all"]`)) return;
  ticked.clear();
  boxes().filter((each) => each.checked).forEach((each) => ticked.add(each.value));
  count();
});
window.addEventListener("pageshow", count);
