"""Take screenshots of a running Anlan: `python tools/screenshot.py BASE_URL OUT_DIR [name …]`, both languages, wide and phone."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
#: name → (user or none, address, viewport)
SHOTS = {
    "sign-in": ("", "sign-in/", WIDE),
    "workbench": ("duty", "exercise/", WIDE),
    "map": ("duty", "exercise/map/", WIDE),
    "alarms": ("duty", "exercise/monitoring/alarms/", WIDE),
    "station": ("duty", "exercise/monitoring/stations/1/", WIDE),
    "warning": ("signer", "exercise/warning/warnings/1/", WIDE),
    "plan": ("commander", "exercise/plans/plans/1/", WIDE),
    "response": ("commander", "exercise/response/responses/1/", WIDE),
    "replay": ("commander", "exercise/replay/", WIDE),
    "public": ("", "exercise/warnings/", WIDE),
    "public-phone": ("", "exercise/warnings/", PHONE),
    "inbox-phone": ("qingcheng", "exercise/response/inbox/", PHONE),
    "workbench-phone": ("qingcheng", "exercise/", PHONE),
    "journal": ("duty", "exercise/kit/journal/", WIDE),
}


def shoot(browser: Browser, base: str, out: Path, name: str, language: str) -> None:
    """Sign in as the shot's user, open its page in a language and keep a picture."""
    user, address, viewport = SHOTS[name]
    page = browser.new_context(viewport=viewport, locale="zh-CN" if language == "zh" else "en-GB").new_page()
    page.context.add_cookies([{"name": "django_language", "value": "zh-hans" if language == "zh" else "en", "url": base}])
    page.on("console", lambda m: print(f"{name}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: print(f"{name}: {e}"))
    if user:
        page.goto(f"{base}sign-in/")
        page.fill("#id_username", user)
        page.fill("#id_password", "anlan-demo-2022")
        page.locator("form:has(#id_password) button[type=submit]").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{base}{address}")
    page.wait_for_timeout(3500 if "map" in name or "workbench" in name or "public" in name or name == "station" else 900)
    page.screenshot(path=out / f"{name}-{language}.png", full_page=name in {"plan"})
    page.context.close()


def main() -> None:
    """Take the named shots, or all."""
    base, out = sys.argv[1].rstrip("/") + "/", Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name in sys.argv[3:] or SHOTS:
            for language in ("zh", "en"):
                shoot(browser, base, out, name, language)
        browser.close()


if __name__ == "__main__":
    main()
