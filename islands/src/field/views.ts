// What the phone shows of what lies on it.
import { h, moment } from "./draw";
import type { Declaration } from "./form";
import type { Json, Operation } from "./outbox";
import type { Item, Kept } from "./store";
import { of, say, spoken, why, type Word } from "./words";

/** All that a view is drawn from. */
export interface Shown {
  person: string;
  items: Item[];
  waiting: (Operation & { number: number })[];
  others: { [person: string]: number };
  receipts: Kept[];
  /** When the device was last told how things stand. */
  taken: number;
}

export interface Acts {
  fill(sheet: string, answers?: { [name: string]: Json }): void;
  open(verb: string, record: string, before?: { [name: string]: Json }, base?: { [name: string]: Json }, files?: { [name: string]: string }): void;
  discard(key: string): void;
  takeUp(key: string): void;
  putAway(receipt: Kept): void;
  resend(receipt: Kept): void;
}

export function formOf(shown: Shown, verb: string): Declaration | undefined {
  return shown.items.find((item) => item.name === `form:${verb}`)?.content as Declaration | undefined;
}

/** The kinds of record that have a card of their own. */
const TASK = "response.task";

/** What lies on the device of the record that a verb is about. */
export function subjectOf(shown: Shown, verb: string, record: string): Item | undefined {
  const kind = formOf(shown, verb)?.record ?? TASK;
  return shown.items.find(({ name }) => name === (kind === TASK ? `task:${record}` : `record:${kind}:${record}`));
}

/** What a record will be once what waits has arrived. */
export function meanwhile(shown: Shown, record: string, state: string, kind = TASK): { state: string; pending: number } {
  const about = (one: { verb: string; record: string }): boolean => one.record === record && (formOf(shown, one.verb)?.record ?? TASK) === kind;
  const own = shown.waiting.filter(about);
  // What is done already and of which the next synchronisation has not told yet: a line may be cut between the two.
  const untold = shown.receipts.filter((one) => about(one) && one.outcome === "done" && Date.parse(one.at) > shown.taken);
  untold.sort((a, b) => a.at.localeCompare(b.at));
  const reached = [...untold, ...own].reduce((now, one) => {
    const form = formOf(shown, one.verb);
    return form?.to && form.from?.includes(now) ? form.to : now;
  }, state);
  return { state: reached, pending: own.length };
}

export function nothing(title: string, more = ""): HTMLElement {
  return h("section.empty", {}, h("h2", {}, title), more && h("p.quiet", {}, more));
}

export function tasks(shown: Shown, acts: Acts): HTMLElement[] {
  const open = shown.items.filter((item) => item.kind === "task");
  const by = (item: Item): string => (item.content.state === "issued" ? item.content.accept_by : item.content.done_by);
  open.sort((a, b) => by(a).localeCompare(by(b)));
  const others = shown.items.filter((item) => item.kind === "record");
  others.sort((a, b) => (a.content.done_by || "9999").localeCompare(b.content.done_by || "9999"));
  const cards = [...open.map((item) => task(item, shown, acts)), ...others.map((item) => record(item, shown, acts))];
  return [...beginnings(shown, acts), ...(cards.length ? cards : [nothing(say("noTasks"), say("noTasksMore"))])];
}

/** The verbs that begin something new, each one tap away; sheets have a page of their own. */
function beginnings(shown: Shown, acts: Acts): HTMLElement[] {
  const forms = shown.items.filter(({ kind, id, content }) => kind === "form" && !content.record && !id.startsWith("checks."));
  return forms.map(({ id, content }) => h("button.begin", { type: "button", "data-begin": id, onclick: () => acts.open(id, "") }, of(content.label)));
}

/** A record of any kind about which something may be done here: its name, what its list tells, its verbs. */
function record(item: Item, shown: Shown, acts: Acts): HTMLElement {
  const { content } = item;
  const [kind, id] = item.id.split(":") as [string, string];
  const { state, pending } = meanwhile(shown, id, content.state, kind);
  const offered = (content.verbs as string[]).map((name) => ({ name, form: formOf(shown, name) })).filter(({ form }) => form && (!form.from || form.from.includes(state)));
  const main = offered.find(({ form }) => form!.to) ?? offered[0];
  const told = (content.facts as [{ zh: string; en: string }, { zh: string; en: string }][]).filter(([, value]) => of(value));
  return h(
    "article.card",
    { "data-record": item.id },
    h("p.marks", {}, h("span.mark", {}, of(content.kind)), state && h("span.mark", {}, of(content.states[state]) || state), pending > 0 && h("span.mark.pending", {}, say("notSent"))),
    h("h2", {}, of(content.title)),
    told.map(([label, value]) => h("p.quiet", {}, `${of(label)} ${of(value)}`)),
    h("div.actions", {}, offered.map(({ name, form }) => h(name === main?.name ? "button.primary" : "button", { type: "button", "data-verb": name, onclick: () => acts.open(name, id) }, of(form!.label)))),
  );
}

function task(item: Item, shown: Shown, acts: Acts): HTMLElement {
  const { content } = item;
  const { state, pending } = meanwhile(shown, item.id, content.state);
  const verbs = (content.verbs as string[]).map((name) => ({ name, form: formOf(shown, name) }));
  const offered = verbs.filter(({ form }) => form && (!form.from || form.from.includes(state)));
  const main = offered.find(({ form }) => form!.to) ?? offered[0];
  return h(
    "article.card",
    { "data-task": item.id },
    h("p.marks", {}, h(`span.mark.${state}`, {}, say(`state.${state}` as Word)), content.overdue && h("span.mark.late", {}, say("overdue")), pending > 0 && h("span.mark.pending", {}, say("notSent"))),
    h("h2", {}, of(content.title)),
    h("p.quiet", {}, `${of(content.plan)} · ${of(content.level)} · ${of(content.unit)}`),
    h("p", {}, state === "issued" && `${say("acceptBy")} ${moment(content.accept_by)} · `, `${say("doneBy")} ${moment(content.done_by)}`),
    list(say("steps"), content.steps, true),
    list(say("resources"), content.resources),
    of(content.evidence) && h("p", {}, h("b", {}, `${say("evidence")} `), of(content.evidence)),
    h("div.actions", {}, offered.map(({ name, form }) => h(name === main?.name ? "button.primary" : "button", { type: "button", "data-verb": name, onclick: () => acts.open(name, item.id) }, of(form!.label)))),
  );
}

export function sheets(shown: Shown, acts: Acts): HTMLElement[] {
  const all = shown.items.filter((item) => item.kind === "sheet");
  return all.map(({ id, content }) =>
    h(
      "article.card",
      {},
      h("h2", {}, of(content.name)),
      h("p.quiet", {}, say("items", { n: content.items.length })),
      of(content.purpose) && h("p", {}, of(content.purpose)),
      h("div.actions", {}, h("button.primary", { type: "button", "data-fill": id, onclick: () => acts.fill(id) }, say("fillIn"))),
    ),
  );
}

function list(title: string, both: { zh: string[]; en: string[] }, ordered = false): HTMLElement | false {
  const rows = both?.[spoken()] ?? [];
  return rows.length > 0 && h("details", { open: ordered }, h("summary", {}, title), h(ordered ? "ol" : "ul", {}, rows.map((row) => h("li", {}, row))));
}

export function outbox(shown: Shown, acts: Acts): HTMLElement[] {
  const others = Object.entries(shown.others).map(([who, n]) => h("p.notice", {}, say("othersWait", { who, n })));
  if (!shown.waiting.length) return [...others, nothing(say("nothingWaits"), say("nothingWaitsMore"))];
  const rows = shown.waiting.map((one) =>
    h(
      "article.card",
      { "data-key": one.key },
      h("p.marks", {}, h("span.mark.pending", {}, say("notSent")), h("span.quiet", {}, moment(one.madeAt))),
      h("h2", {}, headed(shown, one)),
      written(one.inputs, formOf(shown, one.verb)),
      h("p.reason", {}, one.aside ? `${say("aside")}${one.reason ? `：${why(one.reason)}` : ""}` : why(one.reason)),
      h(
        "div.actions",
        {},
        one.aside && h("button.primary", { type: "button", onclick: () => acts.takeUp(one.key) }, say("tryAgain")),
        h("button.danger", { type: "button", onclick: () => window.confirm(say("discardSure")) && acts.discard(one.key) }, say("discard")),
      ),
    ),
  );
  return [...others, ...rows];
}

/** What was done, and to what; what begins something new is about nothing yet. */
function headed(shown: Shown, one: { verb: string; about: { zh: string; en: string } }): string {
  return [of(formOf(shown, one.verb)?.label) || one.verb, of(one.about)].filter(Boolean).join(" · ");
}

function written(inputs: { [name: string]: Json }, form?: Declaration): HTMLElement[] {
  const text = (name: string, value: Json): string => {
    const field = form?.fields.find((one) => one.name === name);
    const chosen = field?.choices?.find(([key]) => key === value);
    if (chosen) return of(chosen[1]);
    if (field?.kind === "geometry") return (value as { coordinates: number[] }).coordinates.join(", ");
    if (field?.kind === "datetime") return `${of(field.label)} ${moment(value as string)}`;
    if (field?.kind === "number") return `${of(field.label)} ${String(value)}`;
    return Array.isArray(value) ? say("items", { n: value.length }) : typeof value === "string" ? value : JSON.stringify(value);
  };
  return Object.entries(inputs).map(([name, value]) => h("p.written", {}, text(name, value)));
}

export function receipts(shown: Shown, acts: Acts): HTMLElement[] {
  if (!shown.receipts.length) return [nothing(say("noReceipts"))];
  return shown.receipts.map((one) =>
    h(
      "article.card",
      { "data-key": one.key },
      h("p.marks", {}, h(`span.mark.${one.outcome}`, {}, say(`outcome.${one.outcome}` as Word)), h("span.quiet", {}, moment(one.received_at ?? one.at))),
      h("h2", {}, headed(shown, one)),
      h("p", {}, one.title, one.article && `（${one.article}）`),
      one.clashes?.map((clash) =>
        h(
          "div.clash",
          {},
          h("b", {}, `${say("clash")} · ${clash.label}`),
          h("p.quiet", {}, say("theirs", { who: clash.by, when: clash.at ? moment(clash.at) : "" })),
          h("blockquote", { "data-whose": "theirs" }, String(clash.theirs ?? "")),
          h("p.quiet", {}, say("yours")),
          h("blockquote", { "data-whose": "yours" }, String(clash.yours ?? "")),
        ),
      ),
      one.outcome === "refused" && !one.seen && !one.clashes && written(one.inputs, formOf(shown, one.verb)),
      one.outcome === "refused" &&
        !one.seen &&
        h(
          "div.actions",
          {},
          one.clashes
            ? h("button", { type: "button", onclick: () => acts.resend(one) }, say("sendMine"))
            : one.verb.startsWith("checks.")
              ? typeof one.inputs.sheet === "string" && h("button", { type: "button", onclick: () => acts.fill(one.inputs.sheet as string, one.inputs) }, say("tryAgain"))
              : h("button", { type: "button", onclick: () => acts.open(one.verb, one.record, one.inputs, one.base, one.files) }, say("tryAgain")),
          h("button", { type: "button", onclick: () => acts.putAway(one) }, one.clashes ? say("keepTheirs") : say("discard")),
        ),
    ),
  );
}

/** The reference that lies on the device, found by words. */
export function reference(shown: Shown, words: string): HTMLElement[] {
  const wanted = words.trim().toLowerCase();
  const fits = (item: Item): boolean => !wanted || JSON.stringify(item.content).toLowerCase().includes(wanted);
  const groups: [string, Word, (item: Item) => HTMLElement][] = [
    ["contact", "contacts", ({ content }) => h("li", {}, `${of(content.name)} · ${of(content.kind)} `, h("span.number", {}, content.address))],
    ["card", "cards", ({ content }) => card(content)],
    ["place", "places", ({ content }) => h("li", {}, of(content.name), content.people ? h("span.quiet", {}, ` ${say("people", { n: content.people })}`) : false)],
  ];
  return groups.map(([kind, title, draw]) => {
    const found = shown.items.filter((item) => item.kind === kind && fits(item));
    const rows = found.slice(0, 100).map(draw);
    return h("section.card", {}, h("h2", {}, `${say(title)} `, h("span.quiet", {}, found.length)), rows.length ? h("ul.plain", {}, rows) : h("p.quiet", {}, say("none")));
  });
}

function card(content: Item["content"]): HTMLElement {
  const [a, b] = content.minutes as [number, number];
  return h(
    "li",
    {},
    h("details", {}, h("summary", {}, of(content.title)), h("p.quiet", {}, `${of(content.plan)} · ${say("within", { a, b })}`), list(say("steps"), content.steps, true), list(say("resources"), content.resources)),
  );
}
