"""The map with 20,000 labelled stations while it is panned and zoomed: milliseconds a frame, and those of our main thread.

Chromium here draws in software (SwiftShader), so the interval between frames says how fast this machine's processor paints.
What our code controls is the main thread's time a frame: at 60 frames a second it may take 16.7 ms.
"""

from __future__ import annotations

import functools
import http.server
import json
import random
import sys
import threading
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
DIST = ROOT / "anlan/kit/ui/static/dist"
CHROMIUM = "/usr/bin/chromium"
COUNT = 20_000
WORDS = dict.fromkeys(("red", "orange", "yellow", "blue", "normal", "stale", "layers", "find", "map"), "synthetic")
PAGE = """<!doctype html><html data-bs-theme="dark"><link rel="stylesheet" href="app.css"><link rel="stylesheet" href="map.css">
<body><anlan-map src="config.json" controls="few" style="height:860px"></anlan-map><script type="module" src="map.js"></script>"""
#: Times every callback of a frame on the main thread, and the interval between frames.
PROBE = """
window.spent = []; window.frames = [];
const ask = window.requestAnimationFrame.bind(window);
let sum = 0, at = 0;
window.requestAnimationFrame = (work) => ask((now) => {
  if (now !== at) { if (at) { window.spent.push(sum); window.frames.push(now - at); } sum = 0; at = now; }
  const began = performance.now();
  work(now);
  sum += performance.now() - began;
});
"""
#: Pans to and fro and zooms in and out, each frame as far as at 60 a second: 300 frames, or as many as this machine paints in 20 s.
DRIVE = """async () => {
  const map = document.querySelector("anlan-map").map;
  window.spent.length = window.frames.length = 0;
  const began = performance.now();
  let t = 0;
  await new Promise((done) => {
    const step = () => {
      t += 1 / 60;
      map.jumpTo({ center: [113 + 0.5 * Math.sin(t * 1.7), 24.3 + 0.3 * Math.cos(t * 1.3)], zoom: 8.6 + 1.2 * Math.sin(t * 0.9) });
      if (t < 5 && performance.now() - began < 20000) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  return { spent: window.spent, frames: window.frames };
}"""


def stations() -> dict[str, Any]:
    """Make the synthetic stations, spread over the city, one in five at a warning level."""
    chance = random.Random(20220615)
    levels = ["normal"] * 16 + ["blue", "yellow", "orange", "red"]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [chance.uniform(111.9, 114.0), chance.uniform(23.4, 25.2)]},
            "properties": {
                "title": f"合成站{n}",
                "value": f"{chance.uniform(5, 40):.2f} m",
                "level": chance.choice(levels),
                "stale": chance.random() < 0.1,
                "url": f"/synthetic/{n}/",
            },
        }
        for n in range(COUNT)
    ]
    return {"type": "FeatureCollection", "features": features}


class Server(http.server.SimpleHTTPRequestHandler):
    """Serve the built islands and the synthetic layer; quiet."""

    made: dict[str, tuple[str, bytes]] = {}

    def do_GET(self) -> None:
        found = self.made.get(self.path)
        if found is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", found[0])
        self.end_headers()
        self.wfile.write(found[1])
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def measure(page: Page, address: str) -> dict[str, float]:
    """Return the median and 95th percentile of both times, in milliseconds, and how many frames were drawn."""
    page.add_init_script(PROBE)
    page.goto(address)
    page.wait_for_selector("anlan-map[data-ready]", timeout=60_000)
    page.wait_for_function("document.querySelector('anlan-map').map.loaded()", timeout=60_000)
    found = page.evaluate(DRIVE)
    spent, frames = sorted(found["spent"]), sorted(found["frames"])
    return {
        "frames": len(frames),
        "main_ms": median(spent),
        "main_p95_ms": spent[int(len(spent) * 0.95)],
        "frame_ms": median(frames),
        "frame_p95_ms": frames[int(len(frames) * 0.95)],
    }


def main() -> int:
    """Print the figures; 0 also where there is no Chromium to measure with."""
    if not Path(CHROMIUM).exists() or not (DIST / "map.js").exists():
        print("map            no Chromium or no built islands: not measured")
        return 0
    layer = {"id": "stations", "title": "Stations", "role": "station", "url": "stations.geojson"}
    config = {"bounds": [111.9, 23.4, 114.0, 25.2], "layers": [layer], "words": WORDS, "attribution": "synthetic"}
    Server.made = {
        "/": ("text/html; charset=utf-8", PAGE.encode()),
        "/config.json": ("application/json", json.dumps(config).encode()),
        "/stations.geojson": ("application/geo+json", json.dumps(stations()).encode()),
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    arguments = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        found = measure(browser.new_page(viewport={"width": 1280, "height": 860}), f"http://127.0.0.1:{server.server_port}/")
        browser.close()
    server.shutdown()
    print(
        f"map            {COUNT:,} stations, {found['frames']} frames: main thread {found['main_ms']:.1f} ms a frame"
        f" (p95 {found['main_p95_ms']:.1f}; 60 a second allow 16.7); drawn in software every {found['frame_ms']:.0f} ms"
        f" (p95 {found['frame_p95_ms']:.0f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
