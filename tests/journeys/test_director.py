"""The exercise director in a real browser: start, pause, go on, faster, to the end, the report at the workbench, reset."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, TimeoutError, expect

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.xdist_group("journeys")
PHONE = {"width": 390, "height": 844}
#: Milliseconds in which a replay under way must get on, however slow the machine.
STILL = 120_000


@pytest.fixture
def director(browser: Browser, city: str) -> Iterator[Page]:
    """Open the director's page as the commander, who says yes to every question."""
    page = sign_in(browser, city, "commander")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{city}/exercise/replay/")
    yield page
    page.context.close()


def start(page: Page, speed: str) -> None:
    page.select_option("select[name=scenario]", "pack:rise-2023-06")
    page.select_option("select[name=speed]", speed)
    page.locator("form[action$='replay/start/'] button").click()
    expect(page.locator("#replay-state")).to_have_attribute("data-state", "running")


def press(page: Page, what: str) -> None:
    page.locator(f"#replay button[name=do][value='{what}']").click()


def clock_of(page: Page) -> str:
    return page.locator(".exercise-banner .number").inner_text()


def to_the_end(page: Page) -> None:
    """Wait until the replay is finished, for as long as it gets on."""
    state, place = page.locator("#replay-state"), page.locator("#replay .number strong").first
    while (at := place.inner_text()) and state.get_attribute("data-state") == "running":
        try:
            page.wait_for_function(
                "([state, at]) => { const now = document.querySelector('#replay-state')?.dataset.state;"
                " return now !== state || document.querySelector('#replay .number strong')?.innerText !== at; }",
                arg=["running", at],
                timeout=STILL,
            )
        except TimeoutError:
            shown = page.locator("#replay").inner_text()
            page.reload()
            pytest.fail(f"The page showed:\n{shown}\nasked anew:\n{page.locator('#replay').inner_text()}")
    expect(state).to_have_attribute("data-state", "finished")


def test_from_the_start_to_the_report_and_back_to_an_empty_world(director: Page, city: str) -> None:
    start(director, "600")
    begun = clock_of(director)
    director.reload()
    expect(director.locator("#replay-state")).to_contain_text("×600")
    # The page follows by itself, the clock in the banner with it.
    expect(director.locator("#exercise-clock")).not_to_have_text(begun, timeout=120_000)
    expect(director.locator("#replay .number strong")).not_to_contain_text("06-23 12:00", timeout=120_000)

    press(director, "pause")
    expect(director.locator("#replay-state")).to_have_attribute("data-state", "paused")
    held = clock_of(director)
    assert held > begun
    for _again in range(5):  # at ×600 each of these would move it by minutes
        director.reload()
        assert clock_of(director) == held, "the exercise clock stands still in a pause"

    press(director, "resume")
    expect(director.locator("#replay-state")).to_have_attribute("data-state", "running")
    press(director, "0")
    expect(director.locator("#replay button[name=do][value='0']")).to_have_attribute("aria-pressed", "true")
    to_the_end(director)
    expect(director.locator("#replay")).to_contain_text("英德(五)")
    expect(director.locator("#replay")).to_contain_text("日志链完整")

    director.goto(f"{city}/exercise/")
    card = director.locator("#run")
    for figure in ("读数", "告警", "预警", "应急响应", "已完成任务", "日志链完整"):
        expect(card).to_contain_text(figure)
    card.get_by_role("link", name="完整报告").click()
    expect(director.locator("main")).to_contain_text("告警（按站点与级别）")

    director.goto(f"{city}/exercise/replay/")
    press(director, "reset")
    expect(director.locator("body")).to_contain_text("演练世界已清空")
    expect(director.locator("#replay-state")).to_have_count(0)
    expect(director.locator("form[action$='compare/'] tbody tr")).not_to_have_count(0)
    director.goto(f"{city}/exercise/")
    expect(director.locator("#run")).to_have_count(0)


def test_started_twice_the_second_takes_the_place_of_the_first(director: Page) -> None:
    start(director, "60")
    kept = director.locator("form[action$='compare/'] tbody tr")
    before = kept.count()
    start(director, "10")
    expect(director.locator("#replay-state")).to_contain_text("×10")
    expect(kept).to_have_count(before + 1)
    press(director, "stop")
    expect(director.locator("#replay-state")).to_have_attribute("data-state", "stopped")
    press(director, "reset")
    expect(director.locator("#replay-state")).to_have_count(0)


def test_who_may_only_look_sees_no_button_and_a_phone_shows_it_in_english(browser: Browser, city: str, director: Page) -> None:
    start(director, "10")
    page = sign_in(browser, city, "duty", viewport=PHONE)
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": city}])
    page.goto(f"{city}/exercise/replay/")
    expect(page.locator("#replay")).to_contain_text(re.compile("Running"))
    assert page.locator("#replay button[name=do], form[action$='replay/start/']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.close()
    press(director, "stop")
    press(director, "reset")
    expect(director.locator("#replay-state")).to_have_count(0)


#: A live line that the test holds in its hand.
LINE = "window.EventSource = class { constructor() { window.line = this; } close() {} }"
POKE = """() => window.line.onmessage({ lastEventId: "1", data: JSON.stringify({ record: "exercises.replay", id: "1", area: "4418" }) })"""


def test_what_changes_while_an_answer_is_under_way_is_asked_for_once_more(browser: Browser, city: str) -> None:
    """The answer puts another element in the place of the one that asked: what waited on that one was lost, and the page stayed as it was."""
    page = sign_in(browser, city, "commander")
    page.add_init_script(LINE)
    held: list[Route] = []
    page.route("**/exercise/replay/", lambda route: held.append(route) if asks(route.request) and not held else route.continue_())
    page.goto(f"{city}/exercise/replay/")
    with page.expect_request(asks):
        page.evaluate(POKE)
    page.evaluate(POKE)
    with page.expect_request(asks):
        held[0].continue_()
    expect(page.locator("#replay.htmx-request")).to_have_count(0)
    page.context.close()


def asks(request: Request) -> bool:
    """Return whether a part of the page asks for itself."""
    return "hx-request" in request.headers
