// Keeps a screen's page and its two files, so that it opens without a network. What is in force the page keeps itself, with its age.
// The server puts KEPT (the files) and HOME (the addresses below which pages are kept) before this file.
const NAME = "anlan-screen-1";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await cache.addAll(KEPT.map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

// The page that began it came before it: it is kept now, or a screen that is switched off before its second visit stays dark.
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.clients.claim();
  const cache = await caches.open(NAME);
  for (const page of await self.clients.matchAll({ type: "window" })) {
    const address = new URL(page.url);
    const fresh = address.pathname.startsWith(HOME) ? await fetch(page.url) : null;
    if (fresh && fresh.ok) await cache.put(address.pathname, fresh);
  }
})()));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = event.request.mode === "navigate" && address.pathname.startsWith(HOME);
  if (!isPage && !KEPT.includes(address.pathname)) return;
  const kept = isPage ? address.pathname : event.request;  // the key stands in the query: it is no part of the page
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok) await cache.put(kept, fresh.clone());
      return fresh;
    } catch (error) {
      const old = await cache.match(kept);
      if (old) return old;
      throw error;
    }
  })());
});
