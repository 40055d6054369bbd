"""The whole program in a folder of its own and a real browser, shared by all journeys."""

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
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


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
