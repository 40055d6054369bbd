"""What can be seen and operated: contrast and names of all controls (axe), widths, live pokes, error pages, print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import sign_in
from tests.journeys.stack import ROOT

pytestmark = pytest.mark.xdist_group("journeys")
AXE = Path(ROOT / "islands/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = [
    "",
    "map/",
    "map/wall/",
    "help/telemetry/",
    "alarms/alarms/",
    "telemetry/stations/",
    "telemetry/stations/1/",
    "warning/warnings/",
    "warning/draft/",
    "response/inbox/",
    "plans/plans/1/",
    "kit/journal/",
    "search/?q=英德",
    "warnings/",
    "me/",
    "no/such/page/",
]
#: Pages with a picker, its field, and what it finds.
PICKERS = [
    ("alarms/state_rules/new/", "input[name=area] + .ts-wrapper .ts-control", ".ts-dropdown .option"),
    ("map/", ".map-search input", ".map-search [role=option]"),
]
#: What is judged once more as a phone shows it in English: field shell and subscribing are on no desk.
ON_A_PHONE = ["", "alarms/alarms/", "warning/draft/", "messages/broadcasts/", "warnings/subscribe/", "field/"]


#: Icons without a picture: the sheet holds only those that are named in the code (tools/icons.py).
BLANK = "all => all.filter(e => getComputedStyle(e, '::before').content === 'none').map(e => e.className)"
#: What has no place on a Chinese page: an English sentence, a mark of a template or a catalogue, the path of a class.
STRANGE = re.compile(r"(?:\b[A-Za-z][a-z']+ ){3,}[a-z']+|\{[{%]|%\(\w+\)[sdf]|\b[a-z]+(?:\.[a-z_]+){2,}\b|\bNone\b")


def faults(page: Page) -> list[str]:
    """Return what axe finds seriously wrong with a page, each with its first element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]} ({v['nodes'][0]['failureSummary'][:200]})"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_and_operated(browser: Browser, city: str, theme: str) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": 1280, "height": 860})
    page.context.add_cookies([{"name": "anlan_theme", "value": theme, "url": city}])
    for address in PAGES:
        page.goto(f"{city}/{address}")
        page.wait_for_timeout(150)
        assert faults(page) == [], f"{address} in the {theme} theme"
    for address, field, found in PICKERS:
        page.goto(f"{city}/{address}")
        page.locator(field).first.click()
        page.keyboard.type("yingde")
        page.locator(found).first.wait_for()
        assert faults(page) == [], f"the open picker of {address} in the {theme} theme"
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": city}])
    for address in ON_A_PHONE if theme == "light" else ():
        page.goto(f"{city}/{address}")
        page.wait_for_timeout(150)
        assert faults(page) == [], f"{address} on a phone in English"
    page.context.close()


@pytest.mark.parametrize(
    ("language", "width"), [("en", 1280), ("zh-hans", 1280), ("zh-hans", 1440), ("en", 1920), ("en", 390), ("zh-hans", 390)]
)
def test_no_page_scrolls_sideways(browser: Browser, city: str, language: str, width: int) -> None:
    page = sign_in(browser, city, "commander", viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": city}])
    for address in PAGES:
        page.goto(f"{city}/{address}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} px wide at {width} px in {language}"
        assert page.locator(".ti").evaluate_all(BLANK) == [], f"{address} names icons that the sheet has not"
        if language == "zh-hans":
            found = STRANGE.search(page.locator("body").inner_text())
            assert found is None, f"{address} says {found[0]!r} to a Chinese reader"
    page.context.close()


#: Tables of every make: a desk's list, related rows, and those of pages that no desk makes.
TABLES = [
    "telemetry/stations/",
    "alarms/alarms/1/",
    "alarms/kpis/",
    "telemetry/quality/",
    "messages/delivery/",
    "warning/verification/",
    "plans/plans/1/",
    "people/access/?who=duty",
    "me/",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_a_phone_a_row_of_any_table_is_a_card(browser: Browser, city: str, language: str) -> None:
    page = sign_in(browser, city, "admin", viewport={"width": 390, "height": 844})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": city}])
    for address in TABLES:
        page.goto(f"{city}/{address}")
        wide = page.locator(".table-responsive").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length")
        assert wide == 0, f"a table of {address} scrolls sideways in {language}"
    page.goto(f"{city}/people/access/?who=duty")
    cells = page.locator(".table-responsive > table tbody tr").first.locator("td")
    heads = page.locator(".table-responsive > table thead th").all_text_contents()
    assert [cell.get_attribute("data-label") for cell in cells.all()] == [head.strip() for head in heads]
    page.context.close()


def test_a_steady_stream_of_pokes_does_not_starve_a_page(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    page.add_init_script(
        "window.EventSource = class { constructor() { window.line = this; setTimeout(() => this.onopen(), 0); } close() {} };"
    )
    page.goto(f"{city}/")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.headers.get("hx-request") else None)
    page.evaluate(
        """() => new Promise((done) => {
          let n = 0;
          const clock = setInterval(() => {
            window.line.onmessage({ data: JSON.stringify({ record: "alarms.alarm", id: String(n), area: "4418" }) });
            if (++n === 40) { clearInterval(clock); done(); }
          }, 100);
        })"""
    )
    assert 1 <= len(asked) <= 20, "asked while the pokes kept coming, but not at each"
    page.context.close()


def test_a_part_that_a_busy_server_did_not_give_is_asked_for_again(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    page.add_init_script(
        "window.EventSource = class { constructor() { window.line = this; setTimeout(() => this.onopen(), 0); } close() {} };"
    )
    # What the page itself asks for while it loads must have come before the answers are counted.
    page.goto(f"{city}/", wait_until="networkidle")
    answers: list[int] = []

    def answer(route: Route) -> None:
        if not route.request.headers.get("hx-request"):
            return route.continue_()
        answers.append(503 if not answers else 200)
        return route.fulfill(status=503) if answers[-1] == 503 else route.continue_()

    page.route("**/*", answer)
    page.evaluate('() => window.line.onmessage({ data: JSON.stringify({ record: "alarms.alarm", id: "1", area: "4418" }) })')
    with page.expect_response(lambda found: found.status == 200 and len(answers) > 1):
        pass
    assert answers[:2] == [503, 200]
    page.context.close()


def test_the_state_of_the_live_link_is_extra_api_fields(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty", viewport={"width": 1280, "height": 800})
    shown = page.locator(".link-state [data-when]:visible")
    expect(shown).to_have_text("实时")
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(shown).to_have_text("实时连接已断开")
    page.context.close()


def test_what_is_not_there_says_so_in_both_languages(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    page.goto(f"{city}/no/such/page/")
    expect(page.locator("h1")).to_have_text("没有这个页面或记录")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("There is no such page or record")
    page.context.close()


def test_a_record_prints_without_the_furniture(browser: Browser, city: str) -> None:
    page = sign_in(browser, city, "duty")
    page.goto(f"{city}/telemetry/stations/1/")
    page.emulate_media(media="print")
    expect(page.locator("header.navbar")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    page.context.close()
