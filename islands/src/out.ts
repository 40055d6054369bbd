// Signing out clears what the phone's shell keeps of this person on this device; what was not sent is asked about first.
const WORDS = { zh: (n: number) => `手机端还有 ${n} 项尚未发送，退出后将丢失。仍要退出？`, en: (n: number) => `${n} done on the phone and not sent yet will be lost. Sign out all the same?` };

export function clearedOnSignOut(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!/\/sign-out\/$/.test(form.action) || form.dataset.cleared || !indexedDB.databases) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // A store that cannot be opened must keep nobody signed in.
    void clear().catch(() => true).then((agreed) => {
      if (!agreed) return;
      form.dataset.cleared = "1";
      form.requestSubmit();
    });
  }, { capture: true });
}

/** Clear every world's store of the person it belongs to; false where something is unsent and they would rather send it. */
async function clear(): Promise<boolean> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith("anlan-field-") ? [name] : []));
  const opened = await Promise.all(names.map(async (name) => asked(indexedDB.open(name))));
  try {
    const unsent = await Promise.all(opened.map(own));
    const n = unsent.flat().length;
    if (n && !window.confirm(document.documentElement.lang.startsWith("zh") ? WORDS.zh(n) : WORDS.en(n))) return false;
    await Promise.all(opened.map(async (store, at) => forget(store, unsent[at]!)));
    return true;
  } finally {
    opened.forEach((store) => store.close());
  }
}

/** Return what of the person's own waits in a store. */
async function own(store: IDBDatabase): Promise<{ number: number; files: { [name: string]: string } }[]> {
  if (!store.objectStoreNames.contains("operations")) return [];
  const reading = store.transaction(["notes", "operations"]);
  const person = (await asked(reading.objectStore("notes").get("person")))?.value as string | undefined;
  return person ? asked(reading.objectStore("operations").index("person").getAll(person)) : [];
}

async function forget(store: IDBDatabase, unsent: { number: number; files: { [name: string]: string } }[]): Promise<void> {
  const all = [...store.objectStoreNames];
  if (!all.length) return;
  const writing = store.transaction(all, "readwrite");
  for (const name of ["items", "notes", "receipts"]) writing.objectStore(name).clear();
  for (const one of unsent) {
    writing.objectStore("operations").delete(one.number);
    for (const code of Object.values(one.files)) writing.objectStore("attachments").delete(code);
  }
  await new Promise<void>((done, failed) => { writing.oncomplete = () => done(); writing.onerror = () => failed(writing.error); });
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => { request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); });
}
