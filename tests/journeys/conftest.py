"""The whole program in a folder of its own and a real browser, shared by all journeys."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.stack import STANDING, own_stack
from tools.chromium import chromium


@pytest.fixture(scope="session")
def city() -> Iterator[str]:
    """Start the whole program in a folder and on a port of its own."""
    with own_stack("city") as stack:
        stack.start()
        yield stack.address


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the programs under test have said."""
    report = yield
    for stack in STANDING if report.failed else ():
        report.sections.append((f"what {stack.folder.name} said", stack.words[-4000:]))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


def sign_in(browser: Browser, city: str, username: str, **options: object) -> Page:
    """Open a fresh browser window signed in as somebody of the demo cast."""
    page = browser.new_context(locale="zh-CN", **options).new_page()  # type: ignore[arg-type]
    page.goto(f"{city}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", "anlan-demo-2022")
    page.locator("form:has(#id_password) button[type=submit]").click()
    page.wait_for_url(f"{city}/")
    return page
