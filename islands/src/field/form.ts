// The form of a verb, drawn from its declaration: the same typed inputs as on the pages and in the API.
import { h } from "./draw";
import type { Json } from "./outbox";
import { of, say } from "./words";

interface Both {
  zh: string;
  en: string;
}

export interface Field {
  name: string;
  label: Both;
  help: Both;
  kind: string;
  required: boolean;
  rows: number;
  accept: string;
  base: boolean;
  choices?: [Json, Both][];
  fields?: Field[];
}

export interface Declaration {
  label: Both;
  story: Both;
  record: string;
  fields: Field[];
  from?: string[];
  to?: string;
}

export interface Filled {
  inputs: { [name: string]: Json };
  files: { [name: string]: File };
}

const MOST_BYTES = 20 * 1024 * 1024;

interface Reader {
  element: HTMLElement;
  /** The value, undefined where nothing was given; throws words where it cannot be. */
  read(): Json | File | undefined;
}

/** Draw a form; `kept` is told of every change, so that nothing that was typed is lost with the page. */
export function drawForm(declared: Declaration, before: Filled["inputs"], done: (filled: Filled) => void, back: () => void, kept: (inputs: Filled["inputs"]) => void): HTMLElement {
  // What begins something new happens here and now, until somebody says otherwise.
  const begins = !declared.record;
  const first = (field: Field): Json | undefined => before[field.name] ?? (begins && field.kind === "datetime" ? new Date().toISOString() : undefined);
  const readers = new Map(declared.fields.map((field) => [field, reader(field, first(field), begins)]));
  const fault = h("p.fault", { role: "alert" });
  const collect = (strict: boolean): Filled => {
    const filled: Filled = { inputs: {}, files: {} };
    for (const [field, { read }] of readers) {
      const value = read();
      if (value === undefined || value === "" || value === null) {
        if (strict && field.required) throw new Error(`${say("needed")}: ${of(field.label)}`);
      } else if (value instanceof File) filled.files[field.name] = value;
      else filled.inputs[field.name] = value;
    }
    return filled;
  };
  const form = h(
    "form.sheet",
    {
      novalidate: true,
      onsubmit: (event: Event) => {
        event.preventDefault();
        try {
          done(collect(true));
        } catch (error) {
          fault.textContent = (error as Error).message;
        }
      },
      oninput: () => kept(collect(false).inputs),
    },
    h("h1", {}, of(declared.label)),
    of(declared.story) && h("p.quiet", {}, of(declared.story)),
    [...readers].map(([field, { element }]) => shown(field, element)),
    fault,
    h("div.actions", {}, h("button.primary", { type: "submit" }, say("send")), h("button", { type: "button", onclick: back }, say("cancel"))),
  );
  return form;
}

function shown(field: Field, element: HTMLElement): HTMLElement {
  return h("label.field", {}, h("span", {}, of(field.label), field.required && h("b.needed", { "aria-hidden": "true" }, " *")), element, of(field.help) && h("small.quiet", {}, of(field.help)));
}

function reader(field: Field, before: Json | undefined, begins = false): Reader {
  if (field.kind === "lines") return lines(field, Array.isArray(before) ? before : []);
  if (field.kind === "geometry") return position(field, before, begins);
  if (field.kind === "upload") return upload(field);
  if (field.kind === "bool") {
    const box = h("input", { type: "checkbox", name: field.name, checked: before === true }) as HTMLInputElement;
    return { element: box, read: () => box.checked };
  }
  if (field.choices) {
    const options = field.choices.map(([value, label], at) => h("option", { value: at, selected: value === before }, of(label)));
    const list = h("select", { name: field.name, required: field.required }, h("option", { value: "" }, "—"), options) as HTMLSelectElement;
    if (before === undefined) list.value = "";
    return { element: list, read: () => (list.value === "" ? undefined : field.choices![Number(list.value)]![0]) };
  }
  return text(field, before);
}

function text(field: Field, before: Json | undefined): Reader {
  const kinds: { [kind: string]: string } = { number: "number", date: "date", datetime: "datetime-local" };
  const type = kinds[field.kind] ?? "text";
  const given = Array.isArray(before) ? before.join(", ") : field.kind === "datetime" && before ? local(before as string) : before;
  const named = { name: field.name, required: field.required, value: given ?? "" };
  const box = (field.rows > 1 ? h("textarea", { ...named, rows: field.rows }) : h("input", { ...named, type, step: type === "number" ? "any" : undefined })) as HTMLInputElement;
  const read = (): Json | undefined => {
    const value = box.value.trim();
    if (!value) return undefined;
    if (field.kind === "number") return Number(value);
    // The device's own zone goes with a time.
    return field.kind === "datetime" ? new Date(value).toISOString() : value;
  };
  return { element: box, read };
}

/** An instant as a field of date and time wants it: by the device's own clock. */
function local(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function upload(field: Field): Reader {
  const box = h("input", { type: "file", name: field.name, accept: field.accept || undefined }) as HTMLInputElement;
  const read = (): File | undefined => {
    const file = box.files?.[0];
    if (file && file.size > MOST_BYTES) throw new Error(say("tooBig"));
    return file;
  };
  return { element: box, read };
}

function position(field: Field, before: Json | undefined, asks: boolean): Reader {
  let point: Json | undefined = before;
  const told = h("output", {}, point ? JSON.stringify((point as { coordinates: Json }).coordinates) : "—");
  const ask = (): void =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        point = { type: "Point", coordinates: [Number(coords.longitude.toFixed(6)), Number(coords.latitude.toFixed(6))] };
        told.textContent = `${coords.longitude.toFixed(5)}, ${coords.latitude.toFixed(5)} ±${Math.round(coords.accuracy)} m`;
        told.dispatchEvent(new Event("input", { bubbles: true }));
      },
      () => { told.textContent = say("noPosition"); },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    );
  if (asks && !point && "geolocation" in navigator) ask();
  return { element: h("div.position", { "data-name": field.name }, told, h("button", { type: "button", onclick: ask }, say("here"))), read: () => point };
}

function lines(field: Field, before: Json[]): Reader {
  const rows: Map<Field, Reader>[] = [];
  const list = h("div.lines");
  const add = (given: { [name: string]: Json }): void => {
    const row = new Map(field.fields!.map((one) => [one, reader(one, given[one.name])]));
    rows.push(row);
    list.append(h("fieldset", {}, [...row].map(([one, { element }]) => shown(one, element))));
  };
  for (const one of before.length ? before : [{}]) add(one as { [name: string]: Json });
  const element = h("div", {}, list, h("button", { type: "button", onclick: () => add({}) }, say("addLine")));
  const read = (): Json | undefined => {
    const given = rows.map((row) => {
      const line: { [name: string]: Json } = {};
      for (const [one, each] of row) {
        const value = each.read();
        if (value !== undefined && value !== "" && !(value instanceof File)) line[one.name] = value;
      }
      return line;
    });
    const filled = given.filter((line) => Object.keys(line).length > 0);
    return filled.length ? filled : undefined;
  };
  return { element, read };
}
