// A check sheet filled in on the phone: the sheet in force as the server declares it, a place, an answer and a photo for each item.
import { h } from "./draw";
import type { Json } from "./outbox";
import type { Item } from "./store";
import { of, say } from "./words";

interface Both {
  zh: string;
  en: string;
}

interface Asked {
  code: string;
  order: number;
  question: Both;
  hint: Both;
  clause: string;
  kind: "yes_no" | "choice" | "number" | "text" | "date" | "photo";
  choices: { code: string; zh: string; en: string }[];
  unit: Both;
  evidence: boolean;
  optional: boolean;
}

export interface Answer {
  item: string;
  value: string;
  note: string;
  [name: string]: Json;
}

/** What was typed so far: kept on the device with every change. */
export interface Draft {
  place: string;
  answers: Answer[];
  remark: string;
  [name: string]: Json;
}

export interface FilledSheet {
  draft: Draft;
  photos: { item: string; file: File }[];
}

/** So many places are offered at once; the rest are found by typing. */
const OFFERED = 50;

export function drawSheet(sheet: Item, places: Item[], before: Draft, done: (filled: FilledSheet) => void, back: () => void, kept: (draft: Draft) => void): HTMLElement {
  const items = sheet.content.items as Asked[];
  const place = placePicker(places, before.place || (places.length === 1 ? places[0]!.id : ""));
  const given = new Map(before.answers.map((one) => [one.item, one]));
  const readers = items.map((item) => ({ item, ...question(item, given.get(item.code)) }));
  const remark = h("textarea", { name: "remark", rows: 2, value: before.remark ?? "" }) as HTMLTextAreaElement;
  const fault = h("p.fault", { role: "alert" });
  const draft = (): Draft => ({ place: place.read(), answers: readers.map(({ read }) => read()).filter(({ value, note }) => value || note), remark: remark.value.trim() });
  const lacking = ({ item, read, photo }: (typeof readers)[number]): boolean => {
    const { value } = read();
    if (value === "na" || (item.optional && !value && !photo())) return false;
    if (item.kind === "photo") return !photo();
    return !value || (item.evidence && !photo());
  };
  return h(
    "form.sheet",
    {
      novalidate: true,
      "data-sheet": sheet.id,
      onsubmit: (event: Event) => {
        event.preventDefault();
        const missing = readers.filter(lacking);
        readers.forEach((one) => one.element.classList.toggle("lacking", missing.includes(one)));
        if (!place.read()) fault.textContent = `${say("needed")}: ${say("place")}`;
        else if (missing.length) fault.textContent = `${say("missing")}: ${missing.map(({ item }) => item.order).join(", ")}`;
        else {
          const photos = readers.flatMap(({ item, photo }) => { const file = photo(); return file ? [{ item: item.code, file }] : []; });
          done({ draft: draft(), photos });
        }
      },
      oninput: () => kept(draft()),
    },
    h("h1", {}, of(sheet.content.name)),
    of(sheet.content.purpose) && h("p.quiet", {}, of(sheet.content.purpose)),
    h("label.field", {}, h("span", {}, say("place"), h("b.needed", { "aria-hidden": "true" }, " *")), place.element),
    readers.map(({ element }) => element),
    h("label.field", {}, h("span", {}, say("remark")), remark),
    fault,
    h("div.actions", {}, h("button.primary", { type: "submit" }, say("send")), h("button", { type: "button", onclick: back }, say("cancel"))),
  );
}

function placePicker(places: Item[], chosen: string): { element: HTMLElement; read(): string } {
  const list = h("select", { name: "place" }) as HTMLSelectElement;
  const fill = (words: string): void => {
    const found = places.filter((one) => !words || of(one.content.name).toLowerCase().includes(words.toLowerCase()) || one.id === list.value);
    const own = found.find(({ id }) => id === (list.value || chosen));
    const rows = [...new Set([...(own ? [own] : []), ...found.slice(0, OFFERED)])];
    const value = list.value || chosen;
    list.replaceChildren(h("option", { value: "" }, "—"), ...rows.map(({ id, content }) => h("option", { value: id }, of(content.name))));
    list.value = rows.some(({ id }) => id === value) ? value : rows.length === 1 ? rows[0]!.id : "";
  };
  fill("");
  const box = h("input", { type: "search", placeholder: say("search"), "aria-label": say("search") }) as HTMLInputElement;
  box.addEventListener("input", () => fill(box.value.trim()));
  return { element: h("div", {}, places.length > OFFERED && box, list), read: () => list.value };
}

function question(item: Asked, before: Answer | undefined): { element: HTMLElement; read(): Answer; photo(): File | undefined } {
  const choices: [string, string][] =
    item.kind === "yes_no" ? [["yes", say("yes")], ["no", say("no")]] : item.kind === "choice" ? item.choices.map((one) => [one.code, of(one)]) : [];
  if (item.optional) choices.push(["na", say("notApplicable")]);
  const radios = choices.map(([value, label]) => {
    const radio = h("input", { type: "radio", name: `answer-${item.code}`, value, checked: before?.value === value });
    return h("label.choice", {}, radio, label);
  });
  const types: { [kind: string]: string } = { number: "number", date: "date", text: "text" };
  const type = types[item.kind];
  const typed = before?.value === "na" ? "" : (before?.value ?? "");
  const box = type ? (h("input", { type, name: `answer-${item.code}`, step: type === "number" ? "any" : undefined, value: typed }) as HTMLInputElement) : null;
  const note = h("input", { name: `note-${item.code}`, value: before?.note ?? "", placeholder: say("remark"), "aria-label": say("remark") }) as HTMLInputElement;
  const picture = h("input", { type: "file", accept: "image/*", name: `photo-${item.code}` }) as HTMLInputElement;
  const element = h(
    "fieldset.item",
    { "data-item": item.code },
    h("legend", {}, `${item.order}. ${of(item.question)}`),
    of(item.hint) && h("small.quiet", {}, of(item.hint)),
    radios.length > 0 && h("div.choices", {}, radios),
    box && h("div.unit", {}, box, of(item.unit) && h("span.quiet", {}, of(item.unit))),
    note,
    h("label.field", {}, h("span.quiet", {}, say("photo"), item.evidence && h("b.needed", { "aria-hidden": "true" }, " *")), picture),
  );
  const read = (): Answer => {
    const pressed = element.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value;
    return { item: item.code, value: box?.value.trim() || pressed || "", note: note.value.trim() };
  };
  return { element, read, photo: () => picture.files?.[0] };
}
