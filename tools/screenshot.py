"""Take screenshots of a running Anlan: `python tools/screenshot.py BASE_URL OUT_DIR [name …]`, both languages, wide and phone.

An address that ends in `*` is a list: its first record is opened. `--flood` first replays June 2022 in the exercise world and
pauses it at the height of the flood; `--crisis` takes the scripted crisis instead. Pictures are reduced to 256 colours, so that the documentation stays small.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.chromium import chromium

WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
#: The instant at which the pictures are taken: the second crest passes Qingyuan.
HEIGHT_OF_FLOOD = "2022-06-22"
#: name → (user or none, address, viewport)
SHOTS = {
    "sign-in": ("", "sign-in/", WIDE),
    "workbench": ("commander", "exercise/", WIDE),
    "command-map": ("commander", "exercise/map/", WIDE),
    "warning": ("signer", "exercise/warning/warnings/?state=published*", WIDE),
    "plan": ("commander", "exercise/plans/plans/*", WIDE),
    "response": ("commander", "exercise/response/responses/*", WIDE),
    "exercise": ("commander", "exercise/replay/", WIDE),
    "station": ("duty", "exercise/telemetry/stations/?q=QY-H01*", WIDE),
    "public": ("", "exercise/warnings/", WIDE),
    "inbox-phone": ("duty", "exercise/response/inbox/", PHONE),
    "workbench-phone": ("qingcheng", "exercise/", PHONE),
    "public-phone": ("", "exercise/warnings/", PHONE),
}
#: The scripted crisis (`python -m tools.crisis` in a fresh folder), as six roles see it first, on desk, map and phone: `--crisis`.
CRISIS = {
    f"crisis-{user}-{part}": (user, address, viewport)
    for user in ("commander", "duty", "signer", "yingde", "water", "feilaixia")
    for part, address, viewport in (("desk", "", WIDE), ("map", "map/", WIDE), ("phone", "", PHONE))
}


def sign_in(page: Page, base: str, user: str) -> None:
    """Sign in as somebody of the demo cast."""
    page.goto(f"{base}sign-in/")
    page.fill("#id_username", user)
    page.fill("#id_password", "anlan-demo-2022")
    page.locator("form:has(#id_password) button[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def flood(browser: Browser, base: str) -> None:
    """Replay June 2022 as fast as possible and pause it at the height of the flood."""
    page = browser.new_context(locale="zh-CN").new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, base, "commander")
    page.goto(f"{base}exercise/replay/")
    page.select_option("select[name=speed]", "0")
    page.locator("form[action$='replay/start/'] button[type=submit]").click()
    until = time.monotonic() + 300
    banner = page.locator(".exercise-banner .number")
    while time.monotonic() < until:
        page.goto(f"{base}exercise/me/")
        if HEIGHT_OF_FLOOD <= banner.inner_text()[:10] <= "2022-06-26":
            break
        time.sleep(0.5)
    page.goto(f"{base}exercise/replay/")
    page.locator("button[name=do][value=pause]").click()
    page.context.close()


def shoot(browser: Browser, base: str, out: Path, name: str, language: str) -> None:
    """Sign in as the shot's user, open its page in a language and keep a picture."""
    user, address, viewport = {**SHOTS, **CRISIS}[name]
    page = browser.new_context(viewport=viewport, locale="zh-CN" if language == "zh" else "en-GB").new_page()
    page.context.add_cookies([{"name": "django_language", "value": "zh-hans" if language == "zh" else "en", "url": base}])
    page.on("console", lambda m: print(f"{name}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: print(f"{name}: {e}"))
    if user:
        sign_in(page, base, user)
    page.goto(f"{base}{address.removesuffix('*')}")
    if address.endswith("*"):
        page.locator("#rows tbody a").first.click()
        page.wait_for_load_state()
    if page.locator("anlan-map").count():
        page.wait_for_selector("anlan-map[data-ready]", timeout=30_000)
        page.wait_for_timeout(2500)
    page.wait_for_timeout(1200)
    keep(page.screenshot(), out / f"{name}.{language}.png")
    page.context.close()


def keep(picture: bytes, path: Path) -> None:
    """Write a picture with 256 colours."""
    path.write_bytes(picture)
    with Image.open(path) as full:
        full.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE).save(
            path, optimize=True
        )


def main() -> None:
    """Take the named shots, or all."""
    asked = [word for word in sys.argv[1:] if not word.startswith("--")]
    base, out = asked[0].rstrip("/") + "/", Path(asked[1])
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        if "--flood" in sys.argv:
            flood(browser, base)
        for name in asked[2:] or (CRISIS if "--crisis" in sys.argv else SHOTS):
            for language in ("zh", "en"):
                shoot(browser, base, out, name, language)
        browser.close()


if __name__ == "__main__":
    main()
