// Offers this browser as a way to be told of warnings: registers it at its push service and puts its address into the form.
// Without script, key or push service the form is as it was.
(() => {
  const choice = document.querySelector("[data-push-key]");
  if (!choice || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const form = choice.closest("form");
  const here = choice.querySelector("input");
  const address = form.elements.namedItem("address");
  const asked = address.closest("p");
  const failed = form.querySelector("[data-push-failed]");
  choice.hidden = false;
  const follow = () => {
    asked.hidden = here.checked;
  };
  form.addEventListener("change", follow);
  follow();
  form.addEventListener("submit", async (event) => {
    if (!here.checked || event.submitter?.name === "find") return;
    event.preventDefault();
    try {
      const { worker, scope, pushKey } = choice.dataset;
      await navigator.serviceWorker.register(worker, { scope });
      const ready = await navigator.serviceWorker.ready;
      const made = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: pushKey });
      const { endpoint, keys } = made.toJSON();
      address.value = `${endpoint} ${keys.p256dh} ${keys.auth}`;
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
