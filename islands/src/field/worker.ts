// The service worker: keeps the shell so that it opens without a network. It keeps nothing of anybody: what is somebody's goes past
// it. Written by hand: pages and their addresses are Django's (two worlds, one manifest each), so that a build-time precache list
// would not know them; the server puts SHELL before this file.
declare const SHELL: { version: string; page: string; files: string[] };

/** What is used of a worker's own world; the page's types know none of it. */
type Waits = Event & { waitUntil(done: Promise<unknown>): void };
type Asked = Waits & { request: Request; respondWith(answer: Promise<Response>): void };
interface Worker_ {
  location: Location;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", act: (event: Waits) => void): void;
  addEventListener(kind: "fetch", act: (event: Asked) => void): void;
}
const worker = self as unknown as Worker_;
const NAME = `anlan-field-${SHELL.page}-${SHELL.version}`;
const FAMILY = `anlan-field-${SHELL.page}-`;

worker.addEventListener("install", (event) => {
  // All or nothing: a shell half of one version and half of the next does not open.
  event.waitUntil(
    (async () => {
      const cache = await caches.open(NAME);
      await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "reload" })));
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(FAMILY) && name !== NAME) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== worker.location.origin) return;
  const wanted = event.request.mode === "navigate" && address.pathname === SHELL.page ? SHELL.page : address.pathname;
  if (!SHELL.files.includes(wanted)) return;
  event.respondWith((async () => (await (await caches.open(NAME)).match(wanted)) ?? fetch(event.request))());
});
export {};
