"""How long the command map of a running program takes to stand complete in the browser, and what it weighs: `python -m tests.load.first_map BASE_URL`.

Complete means: the page has come, every layer and tile in sight is drawn, and nothing is asked for any more; on the canvas, that what draws has also carried
out all it was told. Cold: a browser that has never been here; warm: the same one again, with what it kept. Bytes are those on the wire. On a busy machine
start program, database and browser under `chrt -r 1`: a browser alone there starves the others.
"""

from __future__ import annotations

import sys
from collections import Counter
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tools.chromium import chromium
from tools.screenshot import sign_in

AIM, RUNS = 1.5, 3
COMPLETE = """async () => {
  while (document.querySelector("anlan-map[data-ready]")?.map?.loaded() !== true) await new Promise((again) => setTimeout(again, 10));
  const page = performance.getEntriesByType("navigation")[0].responseEnd;
  const now = performance.now(), gl = document.querySelector("anlan-map").map.painter.context.gl;
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return { now, painted: performance.now(), page, asked: performance.getEntriesByType("resource").length };
}"""


def opened(page: Page, address: str) -> tuple[float, float, Counter[str], int, float]:
    """Open the map; returns the seconds until its page had come and until it was complete, the bytes by kind, the requests, the seconds until it was on the canvas."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    weight: Counter[str] = Counter()
    session.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda told: weight.update({kinds.get(told["requestId"], "other"): int(told["encodedDataLength"])}),
    )
    page.goto(address, wait_until="commit")
    told: dict[str, Any] = page.evaluate(COMPLETE)
    return told["page"] / 1000, told["now"] / 1000, weight, told["asked"], told["painted"] / 1000


def main() -> None:
    """Measure cold and warm, as the duty officer."""
    base = sys.argv[1].rstrip("/") + "/"
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        cold, warm = [], []
        for _run in range(RUNS):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            sign_in(page, base, "duty")
            page.context.new_cdp_session(page).send("Network.clearBrowserCache")
            cold.append(opened(page, f"{base}map/"))
            warm.append(opened(page, f"{base}map/"))
            page.close()
        browser.close()
    for name, runs in (("cold", cold), ("warm", warm)):
        kinds = runs[0][2]
        parts = ", ".join(f"{kind.lower()} {size / 1000:,.0f}" for kind, size in kinds.most_common(6))
        print(
            f"command map, {name}: complete after {median(run[1] for run in runs):.2f} s (aim <= {AIM}), at best {min(run[1] for run in runs):.2f}; on the canvas after {median(run[4] for run in runs):.2f};"
            f" its page after {median(run[0] for run in runs):.2f}; {sum(kinds.values()) / 1000:,.0f} kB in {runs[0][3]} requests ({parts})"
        )


if __name__ == "__main__":
    main()
