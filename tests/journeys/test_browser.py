"""In a real browser, against the real program: `anlan up` with its own database, as `make run` starts it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.xdist_group("journeys")


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
    expect(page.locator("#replay")).to_contain_text("英德(五)", timeout=120_000)
    page.goto(f"{city}/exercise/map/")
    expect(page.locator("anlan-map .maplibregl-canvas")).to_be_visible()
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
