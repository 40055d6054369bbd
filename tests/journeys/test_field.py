"""The phone without a network, in a browser: the shell opens, a task is accepted and reported, and all of it arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.stack import own_stack

pytestmark = pytest.mark.xdist_group("journeys")
PHONE = {"width": 390, "height": 844}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 700_000  # three parts


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    """Start the program in a folder of its own: what happens here would stand in other journeys' pages."""
    with own_stack("field") as stack:
        stack.start()
        yield stack.address


def api(page: Page, path: str, body: Any = None) -> Any:
    """Ask the API in a signed-in page, as its own scripts do."""
    return page.evaluate(
        """async ([path, body]) => {
             const headers = {"Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers"))};
             const answer = await fetch(path, body === null ? {} : {method: "POST", headers, body: JSON.stringify(body)});
             return answer.json();
           }""",
        [path, body],
    )


def tasks_issued(browser: Browser, live: str) -> None:
    """Let the commander start a response by hand: its cards become tasks of units."""
    commander = sign_in(browser, live, "commander")
    plan = api(commander, "/api/v1/plans/plans/?state=in_force")["results"][0]["id"]
    started = api(commander, "/api/v1/response/responses/start/", {"plan": plan, "level": 2, "reason": "堤防险情 Dyke in danger"})
    assert "id" in started, started
    commander.context.close()


def phone_of(browser: Browser, live: str, username: str, shows: str = "[data-task]") -> Page:
    """Sign somebody in on a phone and wait until the shell and the data lie on it."""
    page = sign_in(browser, live, username, viewport=PHONE, is_mobile=True, has_touch=True)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live}/field/")
    expect(page.locator("html[data-shell=kept]")).to_be_attached(timeout=60_000)
    expect(page.locator(shows).first).to_be_visible()
    return page


def accept_and_report(page: Page, text: str) -> str:
    """Accept the first task and report on it, as without a network; returns the task's number."""
    card = page.locator("[data-task]:has([data-verb='response.accept'])").first
    task = str(card.get_attribute("data-task"))
    page.locator(f"[data-task='{task}'] [data-verb='response.accept']").click()
    expect(page.locator(f"[data-task='{task}'] .mark.accepted")).to_be_visible()
    page.locator(f"[data-task='{task}'] [data-verb='response.report']").click()
    page.fill("textarea[name=text]", text)
    page.set_input_files("input[name=file]", {"name": "dyke.png", "mimeType": "image/png", "buffer": PNG})
    page.locator("form.sheet button[type=submit]").click()
    return task


def waiting(page: Page, count: int) -> None:
    expect(page.locator(f"[data-waiting='{count}']")).to_be_visible(timeout=60_000)


def held_of(context: BrowserContext) -> int:
    """Count what lies in a phone's own store."""
    return int(
        context.pages[0].evaluate(
            """() => new Promise((done) => {
                 const opening = indexedDB.open("anlan-field-live");
                 opening.onsuccess = () => {
                   const stores = [...opening.result.objectStoreNames];
                   const counts = stores.map((name) => new Promise((found) => {
                     const asking = opening.result.transaction(name).objectStore(name).count();
                     asking.onsuccess = () => found(asking.result);
                   }));
                   Promise.all(counts).then((all) => { opening.result.close(); done(all.reduce((a, b) => a + b, 0)); });
                 };
               })"""
        )
    )


def test_a_task_is_accepted_and_reported_without_a_network(browser: Browser, live: str) -> None:
    tasks_issued(browser, live)
    phone = phone_of(browser, live, "water")
    errors: list[str] = []
    phone.on("pageerror", lambda error: errors.append(str(error)))
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling on a phone"

    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("[data-task]").first).to_be_visible()  # the shell from the worker, the tasks from the device
    task = accept_and_report(phone, "已到位，堤脚渗水")
    waiting(phone, 2)
    expect(phone.locator("[data-reason]")).to_contain_text("没有网络")
    phone.locator("[data-tab=outbox]").click()
    expect(phone.locator("article.card")).to_have_count(2)
    phone.reload()
    waiting(phone, 2)  # kept over a reload

    # The line comes back, and is cut in the middle of sending: done on the server, the answer lost, the page gone.
    lost = []

    def cut(route: Any) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    phone.context.route("**/field/operations/", cut)
    phone.context.set_offline(False)
    phone.locator("[data-send]").click()
    expect(phone.locator("[data-reason]")).to_be_visible()
    phone.wait_for_function("document.documentElement.dataset.state === 'offline'")
    assert lost
    waiting(phone, 2)
    # A second window on the same phone, then both send.
    phone.context.unroute("**/field/operations/")
    second = phone.context.new_page()
    second.goto(f"{live}/field/")
    phone.reload()
    waiting(phone, 0)
    waiting(second, 0)
    second.close()
    phone.locator("[data-tab=receipts]").click()
    expect(phone.locator(".mark.done")).to_have_count(2)

    desk = sign_in(browser, live, "commander")
    assert api(desk, f"/api/v1/response/tasks/{task}/")["state"] == "accepted"
    desk.goto(f"{live}/response/tasks/{task}/")
    expect(desk.locator("main")).to_contain_text("已到位，堤脚渗水")
    assert desk.locator("main").inner_text().count("已到位，堤脚渗水") == 1, "once"
    assert api(desk, f"/api/v1/response/tasks/{task}/")["accepted_by"] == "water"
    assert errors == []
    two_who_wrote_the_same_see_both(browser, live, phone, task)
    a_sheet_is_filled_in(browser, live)
    signing_out_leaves_nothing(phone)
    desk.context.close()


def two_who_wrote_the_same_see_both(browser: Browser, live: str, phone: Page, task: str) -> None:
    other = phone_of(browser, live, "water")
    for page, text in ((phone, "已全部加固"), (other, "只加固了一半")):
        page.context.set_offline(True)
        page.locator("[data-tab=tasks]").click()
        page.locator(f"[data-task='{task}'] [data-verb='response.complete']").click()
        page.fill("textarea[name=report]", text)
        page.locator("form.sheet button[type=submit]").click()
        waiting(page, 1)
    for page in (phone, other):
        page.context.set_offline(False)
        waiting(page, 0)
    other.locator("[data-tab=receipts]").click()
    expect(other.locator("[data-whose=theirs]")).to_have_text("已全部加固")
    expect(other.locator("[data-whose=yours]")).to_have_text("只加固了一半")
    other.context.close()


def a_sheet_is_filled_in(browser: Browser, live: str) -> None:
    page = phone_of(browser, live, "feilaixia", shows="[data-tab=sheets]")
    page.context.set_offline(True)
    page.reload()
    page.locator("[data-tab=sheets]").click()
    page.locator("[data-fill='village.ten_haves']").click()
    page.select_option("select[name=place]", index=1)
    items = page.locator("[data-item]")
    for number in range(items.count()):
        item = items.nth(number)
        for box in item.locator("input[type=number], input[type=date], input[name^=answer][type=text]").all():
            box.fill({"number": "3", "date": "2026-11-01"}.get(str(box.get_attribute("type")), "有"))
        for radio in item.locator("input[type=radio]").all()[:1]:
            radio.check()
        if item.locator("label.field .needed").count():
            item.locator("input[type=file]").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": PNG[:1000]})
    page.locator("form.sheet button[type=submit]").click()
    expect(page.locator("[data-waiting='0']")).to_have_count(0)
    page.context.set_offline(False)
    waiting(page, 0)
    page.locator("[data-tab=receipts]").click()
    expect(page.locator(".mark.refused")).to_have_count(0)
    expect(page.locator(".mark.done").first).to_be_visible()
    page.goto(f"{live}/checks/checks/")
    expect(page.locator("tbody tr")).to_have_count(1)
    # Signing out of the ordinary pages clears the phone's store as well.
    page.goto(f"{live}/")
    page.evaluate("document.querySelector('form[action$=\"/sign-out/\"]').requestSubmit()")
    page.wait_for_url("**/sign-in/**")
    assert held_of(page.context) == 0
    page.context.close()


def signing_out_leaves_nothing(phone: Page) -> None:
    assert held_of(phone.context) > 10
    phone.locator("[data-tab=more]").click()
    phone.locator("[data-sign-out]").click()
    phone.wait_for_url("**/sign-in/**")
    assert held_of(phone.context) == 0
    phone.context.close()
