"""In a real browser, against the real program: `anlan up` with its own database, as `make run` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
pytestmark = pytest.mark.xdist_group("journeys")


def wait_for(address: str, seconds: float = 150) -> None:
    """Wait until the address answers 200; raises AssertionError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"{address} did not answer in {seconds} s")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the whole program in a folder and on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if k not in {"ANLAN_POOL", "ANLAN_TEST_RUN", "DJANGO_SETTINGS_MODULE"}}
    folder = tmp_path_factory.mktemp("city")
    environment = {**kept, "ANLAN_VAR": str(folder), "PORT": str(port)}
    with (folder / "up.log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "anlan.site.cli", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/sign-in/")
        yield address
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(60)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def sign_in(browser: Browser, city: str, username: str, **options: object) -> Page:
    """Open a fresh browser window signed in as somebody of the demo cast."""
    page = browser.new_context(locale="zh-CN", **options).new_page()  # type: ignore[arg-type]
    page.goto(f"{city}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", "anlan-demo-2022")
    page.locator("form:has(#id_password) button[type=submit]").click()
    page.wait_for_url(f"{city}/")
    return page


def test_the_duty_officer_signs_in_and_changes_language(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    expect(page.locator("h1")).to_have_text("工作台")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("Workbench")
    page.context.close()


def test_the_commander_replays_the_flood_and_sees_it_on_the_map(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "commander")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{city}/exercise/replay/")
    page.select_option("select[name=speed]", "0")
    page.locator("form[action$='replay/start/'] button").click()
    expect(page.locator("#replay")).to_contain_text("英德(五)", timeout=90_000)
    page.goto(f"{city}/exercise/map/")
    expect(page.locator("anlan-map canvas")).to_be_visible()
    expect(page.locator(".map-legend")).to_contain_text("河流")
    expect(page.locator("#queue")).to_contain_text("英德(五)")
    assert errors == []
    page.context.close()


def test_the_public_reads_warnings_without_signing_in(browser: Browser, city: str) -> None:
    page = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{city}/warnings/")
    expect(page.locator("h1")).to_have_text("生效预警")
    expect(page.get_by_text("目前没有生效的预警")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling on a phone"
    page.context.close()


def test_a_killed_web_process_is_started_again(city: str) -> None:
    port = city.rsplit(":", 1)[1]
    found = subprocess.run(
        ["pgrep", "-f", f"uvicorn anlan.site.asgi:application.*--port {port}"], capture_output=True, text=True, check=True
    )
    os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
    wait_for(f"{city}/sign-in/", 60)
