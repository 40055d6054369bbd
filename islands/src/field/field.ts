// The phone's shell: shows what lies on the device, keeps what is done on it, sends it when there is a line.
import "./field.css";
import { liveQuery } from "dexie";
import { h, moment, span } from "./draw";
import { drawForm, type Filled } from "./form";
import { ServerLine } from "./line";
import { drain, type Json, type Operation, type Result } from "./outbox";
import { Device, type Kept } from "./store";
import { drawSheet, type Draft, type FilledSheet } from "./sheet";
import { formOf, outbox, receipts, reference, sheets, subjectOf, tasks, type Acts, type Shown } from "./views";
import { say, speak, spoken, why, type Language } from "./words";

/** Ask anew at least so often while somebody looks; data older than this is said to be old; and older still is forgotten. */
const EVERY = 120_000;
const OLD = 6 * 3_600_000;
const FORGOTTEN = 14 * 86_400_000;
/** Who is not signed in any more reads what was kept for so long after the last synchronisation. */
const SIGNED_OUT = 72 * 3_600_000;

type Tab = "tasks" | "sheets" | "outbox" | "receipts" | "more";
type Opened = { verb: string; record: string; before: { [name: string]: Json }; base?: { [name: string]: Json }; files?: { [name: string]: string } };

const root = document.getElementById("field")!;
const home = document.documentElement.dataset.home!;
const exercise = root.dataset.exercise === "1";
const device = new Device(exercise ? "exercise" : "live");
const line = new ServerLine(home, device);

let shown: Shown = { person: "", items: [], waiting: [], others: {}, receipts: [], taken: 0 };
let tab: Tab = "tasks";
let opened: Opened | null = null;
let filling: { sheet: string; draft: Draft } | null = null;
let words = "";
let notice = "";
let result: Result = { state: "empty", again: null, reason: "", arrived: 0 };
let signedOut = false;
let newVersion = false;
let busy = false;
let failures = 0;
let timer = 0;

// ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────
/** Let one window send at a time: two would send the same twice, which costs but changes nothing. */
async function alone(act: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return act();
  await navigator.locks.request(`anlan-field-${exercise}`, { ifAvailable: true }, async (lock) => { if (lock) await act(); });
}

async function exchange(): Promise<void> {
  if (busy) return;
  busy = true;
  window.clearTimeout(timer);
  status();
  try {
    if (!device.isOpen()) await device.open(); // a phone that slept has lost it
    await alone(async () => {
      if (shown.person) result = await drain(shown.person, device, line, failures);
      if (result.state !== "offline") await synchronise();
    });
  } catch (error) {
    console.error(error);
    result = { ...result, state: "later", again: 30 };
  }
  failures = result.state === "empty" ? 0 : failures + 1;
  busy = false;
  status();
  const wait = result.again === null ? EVERY : result.again * 1000;
  timer = window.setTimeout(() => { if (document.visibilityState === "visible") void exchange(); }, wait);
}

async function synchronise(): Promise<void> {
  const delta = await line.sync();
  if ("kind" in delta) {
    signedOut = delta.kind === "sign-in";
    if (delta.kind === "refused" && delta.title === "not-allowed") await device.forget();
    if (delta.kind !== "sign-in") result = { ...result, state: delta.kind === "offline" ? "offline" : "later", reason: "title" in delta ? delta.title : "", again: result.again ?? 30 };
    else if (shown.taken && Date.now() - shown.taken > SIGNED_OUT) await device.forget();
    return;
  }
  signedOut = false;
  const before = await device.note("person", "");
  if (before && before !== delta.person) await device.forget(before);
  await device.setNote("offset", Date.parse(delta.at) - Date.now());
  await device.take(delta);
  if (before !== delta.person) timer = window.setTimeout(() => void exchange(), 0); // what they left unsent goes now
}

// ── what is done here ───────────────────────────────────────────────────────────────────────────────────────────────
const draftOf = ({ verb, record }: Opened): string => `draft:${verb}:${record}`;

const acts: Acts = {
  fill: (sheet, answers) => void fill(sheet, answers),
  open: (verb, record, before, base, files) => void open(verb, record, before, base, files),
  discard: (key) => void device.discard(key),
  takeUp: (key) => void device.takeUp(key).then(exchange),
  putAway: (receipt) => void device.putAway(receipt),
  resend: (receipt) => void resend(receipt),
};

async function open(verb: string, record: string, before?: { [name: string]: Json }, base?: { [name: string]: Json }, files?: { [name: string]: string }): Promise<void> {
  const form = formOf(shown, verb);
  opened = { verb, record, before: before ?? {}, base, files };
  if (form && !form.fields.length) return queue(opened, { inputs: {}, files: {} });
  if (!before) opened.before = await device.note(draftOf(opened), {});
  draw();
}

/** What stood in the fields that this will write: on the server, or by what waits to be sent before it. */
function baseOf({ verb, record, base }: Opened, inputs: Filled["inputs"]): { [name: string]: Json } {
  if (base) return base;
  const written = (subjectOf(shown, verb, record)?.content.written ?? {}) as { [name: string]: Json };
  const found: { [name: string]: Json } = {};
  for (const field of formOf(shown, verb)?.fields ?? []) {
    if (!field.base || !(field.name in inputs) || !(field.name in written)) continue;
    const earlier = shown.waiting.filter((one) => one.record === record && field.name in one.inputs).pop();
    found[field.name] = earlier ? earlier.inputs[field.name]! : written[field.name]!;
  }
  return found;
}

async function fill(sheet: string, inputs?: { [name: string]: Json }): Promise<void> {
  const empty: Draft = { place: "", answers: [], remark: "" };
  const before = inputs && ({ place: inputs.place ?? "", answers: inputs.answers ?? [], remark: inputs.remark ?? "" } as Draft);
  filling = { sheet, draft: before ?? (await device.note(`draft:sheet:${sheet}`, empty)) };
  draw();
}

/** Hand a sheet in: in one step, or where there are photos begun, each photo added, and handed in; all of it is kept or none. */
async function handIn(sheet: string, filled: FilledSheet): Promise<void> {
  const about = shown.items.find(({ name }) => name === `sheet:${sheet}`)!.content.name as Operation["about"];
  // By the server's clock as far as we know it: a fast phone would date its checks into the future.
  const at = new Date(Date.now() + (await device.note("offset", 0))).toISOString();
  const inputs = { sheet, ...filled.draft, checked_at: at };
  if (!filled.photos.length) await device.add([made("checks.hand_in", "", about, inputs)], []);
  else {
    const begin = made("checks.begin", "", about, inputs);
    const record = `key:${begin.key}`;
    const files = filled.photos.map(({ item, file }) => ({ item, kept: { code: crypto.randomUUID(), name: "photo", content: file as Blob, sent: 0 } }));
    const photos = files.map(({ item, kept }) => made("checks.add_photo", record, about, { item }, { photo: kept.code }));
    await device.add([begin, ...photos, made("checks.finish", record, about, {})], files.map(({ kept }) => kept));
  }
  await device.notes.delete(`draft:sheet:${sheet}`);
  for (const one of shown.receipts) if (one.inputs.sheet === sheet && !one.seen) await device.putAway(one);
  filling = null;
  notice = say("queued");
  draw();
  void exchange();
}

function made(verb: string, record: string, about: Operation["about"], inputs: Operation["inputs"], files: Operation["files"] = {}, base: Operation["base"] = {}): Operation {
  return { key: crypto.randomUUID(), person: shown.person, verb, record, inputs, files, base, madeAt: new Date().toISOString(), about, failed: 0, aside: false, reason: "" };
}

async function queue(what: Opened, filled: Filled): Promise<void> {
  const title = subjectOf(shown, what.verb, what.record)?.content.title as Operation["about"] | undefined;
  const files = Object.entries(filled.files).map(([name, file]) => ({ name, code: crypto.randomUUID(), content: file as Blob, sent: 0 }));
  const kept = Object.fromEntries(Object.entries(what.files ?? {}).filter(([name]) => !(name in filled.files)));
  const all = { ...kept, ...Object.fromEntries(files.map(({ name, code }) => [name, code])) };
  const about = title ?? { zh: what.record, en: what.record };
  await device.add([made(what.verb, what.record, about, filled.inputs, all, baseOf(what, filled.inputs))], files);
  await device.notes.delete(draftOf(what));
  const again = shown.receipts.find((one) => one.files === what.files && what.files);
  if (again) await device.receipts.update(again.key, { seen: 1, files: {} });
  opened = null;
  notice = say("queued");
  draw();
  void exchange();
}

/** Send the same again over what somebody else has written: it is seen now. */
async function resend(receipt: Kept): Promise<void> {
  const base = Object.fromEntries((receipt.clashes ?? []).map(({ field, theirs }) => [field, theirs]));
  await queue({ verb: receipt.verb, record: receipt.record, before: {}, base: { ...receipt.base, ...base }, files: receipt.files }, { inputs: receipt.inputs, files: {} });
  await device.receipts.update(receipt.key, { seen: 1, files: {} });
}

async function signOut(): Promise<void> {
  const n = shown.waiting.length;
  if (n && !window.confirm(say("signOutSure", { n }))) return;
  let out = false;
  try {
    const delta = await line.sync();
    const headers = "csrf" in delta ? { "X-CSRFToken": delta.csrf } : undefined;
    out = headers !== undefined && (await fetch(`${home}../sign-out/`, { method: "POST", headers, redirect: "manual" })).type === "opaqueredirect";
  } catch {
    out = false;
  }
  await device.wipe(shown.person);
  if (out) window.location.href = signInAddress();
  else window.alert(say("signOutNeedsNet"));
}

// ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────────
function signInAddress(): string {
  const above = home.replace(/field\/$/, "");
  return `${above}sign-in/?next=${encodeURIComponent(home)}`;
}

const top = h("header");
const content = h("div.content");
const tabs = h("nav");
root.replaceChildren(top, content, tabs);

function status(): void {
  const waiting = shown.waiting.length;
  const { taken } = shown;
  const age = taken ? Date.now() - taken : 0;
  const offline = !navigator.onLine || result.state === "offline";
  const reason = (waiting || result.reason === "not-allowed") && !busy && result.state !== "empty" ? why(result.reason || result.state) : "";
  top.replaceChildren(
    h(
      "div.bar",
      {},
      h("strong", {}, say("title")),
      exercise && h("span.mark.exercise", {}, say("exercise")),
      h(`span.dot.${offline ? "down" : "up"}`, { role: "status" }, offline ? say("offline") : say("online")),
      h("button.plain", { type: "button", "data-language": true, onclick: () => void chooseLanguage(spoken() === "zh" ? "en" : "zh") }, say("language")),
    ),
    h(
      "div.bar.state",
      {},
      // Before anything was ever fetched nothing can have arrived: only that is said.
      h(waiting ? "b.waiting" : "span.quiet", { "data-waiting": waiting }, waiting ? say("waiting", { n: waiting }) : taken ? say("nothingWaits") : ""),
      h("span.quiet", {}, taken ? say("asOf", { when: moment(new Date(taken).toISOString()) }) : say("never")),
      h("button.plain", { type: "button", "data-send": true, disabled: busy, onclick: () => { failures = 0; void exchange(); } }, busy ? say("sending") : waiting ? say("sendNow") : say("sync")),
    ),
    reason ? h("p.notice", { "data-reason": true }, reason, result.again ? ` ${say("nextTry", { s: Math.ceil(result.again) })}` : "") : "",
    age > OLD ? h("p.notice", {}, say("old", { when: span(age, spoken() === "zh") })) : "",
    signedOut ? h("p.notice", {}, say("why.sign-in"), " ", h("a.button", { href: signInAddress() }, say("signIn"))) : "",
    newVersion ? h("p.notice", {}, h("button.plain", { type: "button", onclick: () => window.location.reload() }, say("update"))) : "",
  );
  document.documentElement.dataset.state = busy ? "busy" : result.state;
}

function draw(): void {
  document.documentElement.lang = spoken() === "zh" ? "zh-Hans" : "en";
  status();
  const unseen = shown.receipts.filter((one) => !one.seen).length;
  const hasSheets = shown.items.some(({ kind }) => kind === "sheet");
  const counts: { [name: string]: number } = { outbox: shown.waiting.length, receipts: unseen };
  tabs.replaceChildren(
    ...(["tasks", ...(hasSheets ? (["sheets"] as const) : []), "outbox", "receipts", "more"] as const).map((name) =>
      h("button", { type: "button", "data-tab": name, "aria-current": tab === name && !opened && !filling ? "page" : undefined, onclick: () => { tab = name; opened = null; filling = null; notice = ""; draw(); } }, say(name), counts[name] ? h("i.count", {}, counts[name]!) : false),
    ),
  );
  const what = opened;
  const form = what && formOf(shown, what.verb);
  if (what && form) {
    const close = (): void => { opened = null; draw(); };
    content.replaceChildren(drawForm(form, what.before, (filled) => void queue(what, filled), close, (inputs) => void device.setNote(draftOf(what), inputs)));
    return;
  }
  const sheet = filling && shown.items.find(({ name }) => name === `sheet:${filling!.sheet}`);
  if (filling && sheet) {
    const { each } = sheet.content as { each: string };
    const places = shown.items.filter(({ kind, content: { level } }) => kind === "place" && (each === "any" || level === each));
    const close = (): void => { filling = null; draw(); };
    content.replaceChildren(drawSheet(sheet, places, filling.draft, (filled) => void handIn(sheet.id, filled), close, (draft) => void device.setNote(`draft:sheet:${sheet.id}`, draft)));
    return;
  }
  const pages = { tasks: () => tasks(shown, acts), sheets: () => sheets(shown, acts), outbox: () => outbox(shown, acts), receipts: () => receipts(shown, acts), more };
  content.replaceChildren(notice ? h("p.notice.good", { role: "status" }, notice) : "", ...(shown.person || tab === "outbox" ? pages[tab]() : [h("p.empty", {}, h("a.button.primary", { href: signInAddress() }, say("signIn")))]));
}

function more(): HTMLElement[] {
  const found = h("div", {}, reference(shown, words));
  const box = h("input", { type: "search", value: words, placeholder: say("search"), "aria-label": say("search") }) as HTMLInputElement;
  box.addEventListener("input", () => { words = box.value; found.replaceChildren(...reference(shown, words)); });
  return [box, found, h("div.actions", {}, h("button.danger", { type: "button", "data-sign-out": true, onclick: () => void signOut() }, say("signOut")))];
}

async function chooseLanguage(chosen: Language): Promise<void> {
  speak(chosen);
  await device.setNote("language", chosen);
  draw();
}

// ── beginning ───────────────────────────────────────────────────────────────────────────────────────────────────────
async function look(): Promise<Shown> {
  const person = await device.note("person", "");
  const taken = await device.note("taken", 0);
  const all = await device.operations.orderBy("number").toArray();
  const others: { [who: string]: number } = {};
  for (const one of all) if (one.person !== person) others[one.person] = (others[one.person] ?? 0) + 1;
  const kept = person ? await device.receipts.where("person").equals(person).toArray() : [];
  kept.sort((a, b) => b.at.localeCompare(a.at));
  return { person, items: await device.items.toArray(), waiting: all.filter((one) => one.person === person), others, receipts: kept, taken };
}

async function begin(): Promise<void> {
  speak(await device.note("language", (navigator.language.startsWith("zh") ? "zh" : "en") as Language));
  if (Date.now() - (await device.note("taken", Date.now())) > FORGOTTEN) await device.forget();
  liveQuery(look).subscribe({
    next: (found) => {
      shown = found;
      // What somebody is writing stays where it is.
      if (opened || filling) status();
      else draw();
    },
    error: (error) => { console.error(error); window.setTimeout(() => window.location.reload(), 2000); },
  });
  shown = await look();
  draw();
  if (navigator.storage?.persist && !(await navigator.storage.persisted())) {
    if (!(await navigator.storage.persist())) document.documentElement.dataset.storage = "lent";
  }
  void exchange();
}

window.addEventListener("online", () => { failures = 0; void exchange(); });
window.addEventListener("offline", () => status());
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { failures = 0; void exchange(); } });
window.setInterval(status, 60_000);
if ("serviceWorker" in navigator) {
  const had = Boolean(navigator.serviceWorker.controller);
  void navigator.serviceWorker.register(`${home}sw.js`, { scope: home }).then(() => navigator.serviceWorker.ready).then(() => { document.documentElement.dataset.shell = "kept"; });
  navigator.serviceWorker.addEventListener("controllerchange", () => { newVersion = had; status(); });
}
void begin();
