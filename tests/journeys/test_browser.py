"""In a real browser, against the real program: `anlan up` with its own database, as `make run` starts it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import sign_in
from tests.journeys.stack import until

pytestmark = pytest.mark.xdist_group("journeys")


def test_the_duty_officer_signs_in_and_changes_language(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    expect(page.locator("h1")).to_have_text("工作台")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("Workbench")
    page.context.close()


def test_a_first_password_reaches_its_owner_and_no_administrator(browser: Browser, city: str) -> None:
    admin = sign_in(browser, city, "admin")
    admin.goto(f"{city}/people/issue/one/")
    for name, value in {
        "username": "newcomer",
        "display_name": "新同事",
        "area": "4418",
        "over": "4418",
        "reason": "新入职",
    }.items():
        admin.fill(f"main [name={name}]", value)
    admin.select_option("[name=role]", label="数据接入方")
    admin.locator("#content form button[type=submit]").last.click()
    admin.get_by_role("button", name="打印登录条").click()
    link = admin.locator("main").get_by_text("/welcome/").inner_text()
    admin.context.close()

    owner = browser.new_context(locale="zh-CN").new_page()
    owner.goto(link)
    for field in owner.locator("input[type=password]").all():
        field.fill("river-heron-lantern-42")
    owner.get_by_role("button", name="设置密码").click()
    expect(owner.locator("body")).to_contain_text("密码已设置")
    owner.fill("#id_username", "newcomer")
    owner.fill("#id_password", "river-heron-lantern-42")
    owner.locator("form:has(#id_password) button[type=submit]").click()
    owner.wait_for_url(f"{city}/")
    owner.goto(link)
    expect(owner.locator("input[type=password]")).to_have_count(0)
    owner.context.close()


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
    page.goto(f"{city}/exercise/replay/")  # it would go on for minutes, and be in the way of other journeys
    for verb in ("stop", "reset"):
        page.locator(f"#replay button[name=do][value='{verb}']").click()
    expect(page.locator("#replay-state")).to_have_count(0)
    page.context.close()


def test_the_public_reads_warnings_without_signing_in(browser: Browser, city: str) -> None:
    page = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{city}/warnings/")
    expect(page.locator("h1")).to_have_text("目前没有生效的预警")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling on a phone"
    page.context.close()


def test_a_screen_that_was_seen_once_comes_up_again_without_a_network(browser: Browser, city: str) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{city}/screen/QY-TV-01/")
    kept = "caches.match('/screen/QY-TV-01/', {cacheName: 'anlan-screen-1'}).then(found => Boolean(found))"
    until(lambda: page.evaluate(kept), "the page is kept", 60)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("body")).to_contain_text("清远电视台滚动字幕")
    expect(page.locator("body")).to_contain_text("失去联络自", timeout=60_000)
    page.context.close()
