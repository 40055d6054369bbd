"""The map with 20,000 labelled stations in vector tiles while it is panned and zoomed: what a frame costs the main thread.

Chromium here draws in software (SwiftShader) on the very processors that run the page, so the interval between frames says
how fast this machine paints, and wall time on the main thread is mostly waiting for a processor. What our code controls is
the processor time that the main thread spends on a frame, all its tasks counted (callbacks, tiles that arrive, layout, garbage
collection): at 60 frames a second it may be 16.7 ms. Chromium's own trace measures it; wall time is printed beside it.
"""

from __future__ import annotations

import functools
import http.server
import json
import random
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tools.chromium import CHROMIUM, chromium

sys.path.insert(0, str(Path(__file__).parent))
import tiles  # noqa: E402

ROOT = Path(__file__).parents[2]
DIST = ROOT / "anlan/kit/ui/static/dist"
COUNT = 20_000
WARM_UP, MEASURED = 4, 40
TASKS = {"ThreadControllerImpl::RunTask", "RunTask"}
WORDS = dict.fromkeys(("red", "orange", "yellow", "blue", "normal", "stale", "layers", "find", "map"), "synthetic")
PAGE = """<!doctype html><html data-bs-theme="dark"><link rel="stylesheet" href="app.css"><link rel="stylesheet" href="map.css">
<body><anlan-map src="config.json" controls="few" style="height:860px"></anlan-map><script type="module" src="map.js"></script>"""
#: Pans to and fro and zooms in and out, each frame as far as at 60 a second: 300 frames, or as many as are painted in the time given.
DRIVE = """async (seconds) => {
  const map = document.querySelector("anlan-map").map;
  const began = performance.now();
  let t = 0;
  await new Promise((done) => {
    const step = () => {
      t += 1 / 60;
      map.jumpTo({ center: [113 + 0.5 * Math.sin(t * 1.7), 24.3 + 0.3 * Math.cos(t * 1.3)], zoom: 8.6 + 1.2 * Math.sin(t * 0.9) });
      if (t < 5 && performance.now() - began < seconds * 1000) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
}"""


def stations() -> list[tiles.Point]:
    """Make the synthetic stations, spread over the city, one in five at a warning level."""
    chance = random.Random(20220615)
    levels = ["normal"] * 16 + ["blue", "yellow", "orange", "red"]
    made = []
    for n in range(COUNT):
        lon, lat = chance.uniform(111.9, 114.0), chance.uniform(23.4, 25.2)
        level, fresh = chance.choice(levels), chance.random() >= 0.1
        facts = {
            "label": f"合成站{n}",
            "value": f"{chance.uniform(5, 40):.2f} m",
            "level": level,
            "fresh": fresh,
            "at": "2022-06-15 08:00",
        }
        weight = ("normal", "blue", "yellow", "orange", "red").index(level) + fresh / 2
        made.append(tiles.Point(n, lon, lat, weight, facts))
    return made


class Server(http.server.SimpleHTTPRequestHandler):
    """Serve the built islands and the synthetic tiles; quiet."""

    made: dict[str, tuple[str, bytes]] = {}
    points: list[tiles.Point] = []

    def do_GET(self) -> None:
        if self.path.startswith("/tiles/") and self.path not in self.made:
            z, x, y = (int(part) for part in self.path.removesuffix(".mvt").split("/")[2:])
            self.made[self.path] = ("application/vnd.mapbox-vector-tile", tiles.tile(self.points, "stations", z, x, y))
        found = self.made.get(self.path)
        if found is None:
            return super().do_GET()
        self.send_response(200 if found[1] else 204)
        self.send_header("Content-Type", found[0])
        self.end_headers()
        with suppress(ConnectionError):  # a map that has moved on hangs up
            self.wfile.write(found[1])
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def traced(page: Page, seconds: int) -> list[dict[str, Any]]:
    """Drive the map while Chromium traces itself; returns the trace's events."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    over: list[Any] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: over.append(end))
    session.send("Tracing.start", {"categories": "toplevel,devtools.timeline", "transferMode": "ReportEvents"})
    page.evaluate(DRIVE, seconds)
    session.send("Tracing.end")
    while not over:
        page.wait_for_timeout(50)
    return events


def frames(events: list[dict[str, Any]]) -> list[tuple[float, float, float]]:
    """Return for each frame the main thread's processor time, its wall time and the interval, in milliseconds."""
    whole = [e for e in events if e.get("ph") == "X"]
    fired = Counter((e["pid"], e["tid"]) for e in whole if e["name"] == "FireAnimationFrame")
    main = fired.most_common(1)[0][0]
    mine = [e for e in whole if (e["pid"], e["tid"]) == main]
    tasks = sorted((e for e in mine if e["name"] in TASKS), key=lambda e: float(e["ts"]))
    starts = [e["ts"] for e in mine if e["name"] == "FireAnimationFrame"]
    begins = [t["ts"] for t in tasks if any(t["ts"] <= at < t["ts"] + t["dur"] for at in starts)]
    found = []
    for begin, end in zip(begins, begins[1:], strict=False):
        within = [t for t in tasks if begin <= t["ts"] < end]
        spent = sum(t["tdur"] for t in within), sum(t["dur"] for t in within)
        found.append((spent[0] / 1000, spent[1] / 1000, (end - begin) / 1000))
    return found


def measure(page: Page, address: str) -> list[tuple[float, float, float]]:
    """Return the frames of a drive on a map that has drawn before: compiling its shaders is not part of a frame."""
    page.goto(address)
    page.wait_for_selector("anlan-map[data-ready]", timeout=60_000)
    page.wait_for_function("document.querySelector('anlan-map').map.loaded()", timeout=60_000)
    page.evaluate(DRIVE, WARM_UP)
    return frames(traced(page, MEASURED))


def main() -> int:
    """Print the figures; 0 also where there is no Chromium to measure with."""
    if not CHROMIUM.exists() or not (DIST / "map.js").exists():
        print("map            no Chromium or no built islands: not measured")
        return 0
    layer = {"id": "stations", "title": "Stations", "role": "station", "tiles": "tiles/{z}/{x}/{y}.mvt", "within": "stations"}
    config = {"bounds": [111.9, 23.4, 114.0, 25.2], "layers": [layer], "words": WORDS, "attribution": "synthetic"}
    Server.points = stations()
    Server.made = {
        "/": ("text/html; charset=utf-8", PAGE.encode()),
        "/config.json": ("application/json", json.dumps(config).encode()),
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        found = measure(browser.new_page(viewport={"width": 1280, "height": 860}), f"http://127.0.0.1:{server.server_port}/")
        browser.close()
    server.shutdown()
    spent, wall, every = (sorted(column) for column in zip(*found, strict=True))
    late = int(len(found) * 0.95)
    print(
        f"map            {COUNT:,} stations, {len(found)} frames: main thread {median(spent):.1f} ms of processor a frame"
        f" (p95 {spent[late]:.1f}; 60 a second allow 16.7), {median(wall):.1f} ms by the clock (p95 {wall[late]:.1f});"
        f" drawn in software every {median(every):.0f} ms (p95 {every[late]:.0f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
