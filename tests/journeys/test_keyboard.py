"""A whole duty without a mouse, on the scripted crisis: acknowledge, draft, sign and publish, start a response, accept and finish a task."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.stack import Stack
from tests.journeys.test_crisis import crisis

__all__ = ["crisis"]
pytestmark = pytest.mark.xdist_group("journeys")
#: What has the focus is framed or shadowed, and lies on the screen where the page has come to rest.
SEEN = """async () => {
  const top = () => document.activeElement.getBoundingClientRect().top;
  for (let y = NaN; y !== (y = top()); ) await new Promise((next) => setTimeout(next, 60));
  const one = document.activeElement;  // a live part may have been renewed meanwhile: the focus must be back
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  return marked && box.bottom > 0 && box.top < innerHeight;
}"""

#: The part that holds such a thing was asked for and put in its place; told again until it is, since a part in the middle of being renewed hears nothing.
RENEWED = """what => {
  if (window.renewed === undefined) {
    window.renewed = false;
    document.addEventListener("htmx:afterSettle", () => { window.renewed = true; });
  }
  if (!window.renewed) document.querySelector(what)?.closest("[data-live]").dispatchEvent(new Event("live"));
  return window.renewed;
}"""


class Hands:
    """Somebody at a keyboard."""

    def __init__(self, browser: Browser, city: str, username: str) -> None:
        at_once = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        self.page: Page = at_once.new_page()  # nothing glides into view
        self.page.set_default_timeout(120_000)  # a loaded machine answers late
        self.page.goto(f"{city}/sign-in/")
        if not self.at("#id_username"):  # where it has the focus by itself there is nothing to reach
            self.reach("#id_username")
        self.type(username)
        self.press("Tab")
        self.type("anlan-demo-2022")
        self.press("Enter")
        self.page.wait_for_url(f"{city}/")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def at(self, what: str) -> bool:
        """Return whether such a thing has the focus."""
        return bool(self.page.evaluate("what => document.activeElement.matches(what)", what))

    def skip(self) -> None:
        """Go past the menu: the first stop of every page leads to its content."""
        self.press("Tab")
        expect(self.page.locator(".skip-link")).to_be_focused()
        self.press("Enter")
        expect(self.page.locator("#content")).to_be_focused()

    def reach(self, what: str, most: int = 40) -> None:
        """Go on to the first such thing that takes the focus, which must be seen."""
        for _stop in range(most):
            self.press("Tab")
            if self.at(what):
                assert self.page.evaluate(SEEN), f"the focus on {what} is not seen"
                return
        raise AssertionError(f"{what} is not reached within {most} stops of {self.page.url}")

    def follow(self, what: str, to: str) -> None:
        """Go to a link and follow it."""
        self.reach(what)
        self.press("Enter")
        self.page.wait_for_url(to)

    def confirm(self) -> None:
        """Go to the button of a verb's page and press it."""
        self.skip()
        self.reach("#verb button[type=submit]")
        self.press("Enter")
        expect(self.page.locator(".alert-success")).to_be_visible(timeout=60_000)

    def answer(self, what: str, to: str) -> None:
        """Go from the workbench to what waits there, and do it."""
        self.skip()
        self.follow(what, to)
        self.confirm()

    def leave(self) -> None:
        self.page.context.close()


def test_a_duty_is_done_without_a_mouse(browser: Browser, crisis: Stack) -> None:
    duty = Hands(browser, crisis.address, "duty")
    answer = "ol.queue a[href*='/acknowledge/']"
    duty.skip()
    duty.reach(answer)
    duty.page.wait_for_function(RENEWED, arg=answer, polling=300)
    assert duty.at(answer), "a renewed queue keeps the keyboard's place"
    duty.page.reload()
    duty.answer(answer, "**/acknowledge/**")
    duty.leave()

    drafter = Hands(browser, crisis.address, "drafter")
    drafter.skip()
    drafter.follow("a.btn[href$='/warning/draft/']", "**/warning/draft/")
    drafter.skip()
    drafter.reach("#id_level")
    drafter.press("ArrowDown")
    drafter.reach("#find-place")
    drafter.type("feilaixia")
    drafter.page.locator("#found button").first.wait_for()
    drafter.press("Enter")
    drafter.page.locator("#picker input[name=areas]").first.wait_for(state="attached")
    drafter.reach("button[name=fill]")
    drafter.press("Enter")
    expect(drafter.page.locator("#id_headline_zh")).not_to_have_value("", timeout=60_000)
    drafter.reach("#draft button[type=submit].btn-primary", 90)
    drafter.press("Enter")
    drafter.page.wait_for_url(re.compile(r"/warning/warnings/\d+/"))
    number = drafter.page.url.split("/")[5]
    drafter.leave()

    signer = Hands(browser, crisis.address, "signer")
    signer.answer(f"ol.queue a.btn[href*='/warnings/{number}/issue/']", "**/issue/**")
    signer.leave()

    commander = Hands(browser, crisis.address, "commander")
    commander.answer("ol.queue a[href*='/confirm/']", "**/confirm/**")
    commander.leave()

    unit = Hands(browser, crisis.address, "water")
    unit.answer("ol.queue a[href*='/accept/']", "**/accept/**")
    unit.page.goto(f"{crisis.address}/response/inbox/")
    unit.skip()
    unit.follow("a[href*='/complete/']", "**/complete/**")
    unit.skip()
    unit.reach("#verb textarea")
    unit.type("已部署到位")
    unit.reach("#verb button[type=submit]")
    unit.press("Enter")
    expect(unit.page.locator(".alert-success")).to_be_visible(timeout=60_000)
    unit.leave()
    with crisis.database() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM response_task WHERE state = 'done'),"
            " (SELECT level FROM response_response WHERE state = 'active'),"
            " (SELECT count(*) FROM warning_warning WHERE state = 'published'),"
            " (SELECT state FROM alarms_alarm WHERE level = 4 AND basis = 'observed')"
        ).fetchone()
    assert row == (1, 2, 1, "acknowledged")
