// The shell of every page: design system, partial updates, live pokes, theme, dialogs.
import "@tabler/core/dist/css/tabler.min.css";
import "../made/icons.css";
import "./app.css";
import "@tabler/core/dist/js/tabler.min.js";
import htmx from "htmx.org";
import "./form/lines";
import { pickers } from "./form/pick";
import "./form/place";
import { ticks } from "./form/ticks";
import { here } from "./here";
import { keeps } from "./keep";
import { listen } from "./live";
import { menu } from "./menu";
import { clearedOnSignOut } from "./out";
import { sounds } from "./sound";
import { nameCells } from "./stack";
import { themes } from "./theme";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
themes();
listen(htmx);
here();
menu();
keeps();
clearedOnSignOut();
sounds();
htmx.onLoad(nameCells);
htmx.onLoad(ticks);
htmx.onLoad((content) => void pickers(content as HTMLElement));
document.addEventListener("anlan:added", (event) => void pickers(event.target as HTMLElement));

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  // All columns is what a list shows anyhow: its address need not say it.
  const columns = [...form.querySelectorAll<HTMLInputElement>('input[name="column"]')];
  if (columns.every((box) => box.checked)) columns.forEach((box) => { box.disabled = true; });
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  else form.querySelectorAll<HTMLButtonElement>("button[type=submit]").forEach((button) => button.classList.add("btn-loading"));
});

document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field.matches("[data-submit-on-change]")) (field.closest("form") as HTMLFormElement).requestSubmit();
});

document.addEventListener("click", (event) => {
  const pressed = event.target as HTMLElement;
  if (pressed.closest("[data-back]")) window.history.back();
  if (pressed.closest("[data-print]")) window.print();
});

// Enter in a search for a place takes the first one found, at once or as soon as it is found.
document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLInputElement;
  if (event.key !== "Enter" || !field.dataset?.takes) return;
  event.preventDefault();
  const found = document.querySelector<HTMLElement>(field.dataset.takes);
  if (field.value.trim() && found?.dataset.of === field.value) take(found, field);
  else field.dataset.wanted = field.value;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const found = event.target as HTMLElement;
  const field = document.querySelector<HTMLInputElement>(`[data-takes="#${found.id}"]`);
  if (!found.id || !field) return;
  found.dataset.of = field.value;
  if (!field.dataset.wanted || field.dataset.wanted !== field.value) return;
  delete field.dataset.wanted;
  take(found, field);
});
function take(found: HTMLElement, field: HTMLInputElement): void {
  found.querySelector("button")?.click();
  field.value = "";
}

document.querySelectorAll<HTMLElement>("[data-share]").forEach((bar) => {
  bar.style.width = `${bar.dataset.share}%`;
});
