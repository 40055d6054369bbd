// Who is at the desk: keys and pointer tell the server, so that nobody is signed out at work; who was signed out is told, gently.

/** The server marks a person's last sign at most so often. */
const TELL_EVERY = 60_000;

export function here(): void {
  const { prefix = "/", askedAt = "" } = document.documentElement.dataset;
  if (!askedAt) return;
  let told = Date.now();
  const tell = (): void => {
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
    void fetch(`${prefix}me/here/`, { method: "POST", headers }).then(look, () => undefined);
  };
  for (const sign of ["pointerdown", "pointermove", "keydown", "wheel"]) {
    document.addEventListener(sign, tell, { passive: true });
  }
  // Nobody at the desk sends no sign: a page that is seen asks by itself, so that it says when its reader was signed out.
  const asking = window.setInterval(() => {
    if (document.visibilityState === "visible") void isOut().then((out) => { if (out) window.clearInterval(asking); });
  }, TELL_EVERY);
}

/** Ask whether this page's reader is still signed in, which is no sign of anybody; what was typed stays where it is. */
export async function isOut(): Promise<boolean> {
  const { prefix = "/" } = document.documentElement.dataset;
  try {
    return look(await fetch(`${prefix}me/here/`));
  } catch {
    return false;
  }
}

function look(answer: Response): boolean {
  const out = answer.status === 401 || answer.redirected;
  const notice = document.getElementById("signed-out");
  if (out && notice) {
    const link = notice.querySelector("a")!;
    link.href = `${link.dataset.href}?next=${encodeURIComponent(location.pathname + location.search)}`;
    notice.hidden = false;
    document.dispatchEvent(new CustomEvent("anlan:out"));
  }
  return out;
}
