// Shows what was pushed to this browser, also while no page is open; a tap opens the public page of warnings.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // a push without words still says that there is something
  }
  const shown = { body: said.body || "", tag: said.key || "anlan", renotify: true, requireInteraction: true };
  event.waitUntil(self.registration.showNotification(said.title || "预警 · Warning", shown));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(new URL("./", self.registration.scope).href));
});
