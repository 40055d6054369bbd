"""The whole chain in the live world, in a browser, each link by who may: a reading, an alarm, a warning, a plan, a done task."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.stack import own_stack

pytestmark = pytest.mark.xdist_group("journeys")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
#: Shown at the moment of decision, and in the evidence of it.
STATION, TITLE = "英德(五)", "英德市江河洪水橙色预警"


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    """Start the program in a folder of its own: what happens here would stand in other journeys' pages."""
    with own_stack("chain") as stack:
        stack.start()
        yield stack.address


def rising() -> bytes:
    """Return a file of observations as a hydrologist would send it: Yingde rises past its guarantee level within two hours."""
    now = datetime.now(UTC)
    stages = ((120, 25.2), (60, 27.4), (1, 30.47))
    rows = [f"QY-H01,water_level,{now - timedelta(minutes=ago):%Y-%m-%dT%H:%M:%SZ},{stage}" for ago, stage in stages]
    return "\n".join(["station,quantity,time,value", *rows, ""]).encode()


def do(page: Page, verb: str) -> None:
    """Press a record's verb and confirm it on the page that asks."""
    page.locator(f"a[href*='/{verb}/']").first.click()
    page.locator(f"form[action*='/{verb}/'], form:has(button.btn-primary), form:has(button.btn-danger)").last.locator(
        "button[type=submit]"
    ).click()
    expect(page.locator(".alert-success")).to_be_visible()


def test_from_an_observation_to_a_done_task(browser: Browser, live: str) -> None:
    duty = sign_in(browser, live, "duty")
    cut_off = sign_in(browser, live, "duty")
    cut_off.route("**/live/*", lambda line: line.abort())
    cut_off.goto(f"{live}/")
    duty.goto(f"{live}/telemetry/upload/")
    duty.set_input_files("#file", {"name": "stages.csv", "mimeType": "text/csv", "buffer": rising()})
    duty.locator("#content").get_by_role("button", name="检查").click()
    duty.get_by_role("button", name="入库").click()
    expect(duty.locator(".alert-success")).to_contain_text("新增 3 条")
    duty.goto(f"{live}/")
    expect(duty.locator("main")).to_contain_text(STATION, timeout=120_000)
    expect(cut_off.locator("main")).not_to_contain_text(STATION)
    cut_off.unroute("**/live/*")
    # What came while its line was cut, a page hears when it has a line again.
    expect(cut_off.locator("main")).to_contain_text(STATION, timeout=120_000)
    do(duty, "acknowledge")
    duty.goto(f"{live}/alarms/alarms/")
    expect(duty.locator("tbody tr")).to_contain_text(["已确认"])

    signer = sign_in(browser, live, "signer")
    signer.goto(f"{live}/warning/warnings/")
    signer.locator("tbody").get_by_role("link", name=TITLE).click()
    expect(signer.locator("main")).to_contain_text("941,325")
    do(signer, "sign")
    do(signer, "publish")
    anybody = browser.new_context(locale="zh-CN").new_page()
    anybody.goto(f"{live}/warnings/")
    expect(anybody.locator("body")).to_contain_text(TITLE)

    commander = sign_in(browser, live, "commander")
    commander.goto(f"{live}/response/proposals/")
    commander.locator("tbody a").first.click()
    expect(commander.locator("main")).to_contain_text(f"{STATION} 30.47")
    do(commander, "confirm")

    unit = sign_in(browser, live, "yingde", viewport={"width": 390, "height": 844})
    unit.goto(f"{live}/response/inbox/")
    card = unit.locator(".card", has_text="县级三防办启动值守并部署")
    card.get_by_role("button", name="签收").click()
    card.get_by_role("link", name="报告").click()
    unit.fill("#id_text", "值守人员已到岗")
    unit.set_input_files("#id_file", {"name": "到岗.png", "mimeType": "image/png", "buffer": PNG})
    unit.get_by_role("button", name="报告").click()
    card.locator("a[href*='/complete/']").click()
    unit.locator("form textarea").fill("已部署到镇村")
    unit.locator("form:has(textarea) button[type=submit]").click()
    expect(unit.locator(".alert-success")).to_be_visible()
    task = unit.locator("a[href*='/response/tasks/']", has_text="县级三防办启动值守并部署")
    expect(task).to_have_count(0)

    commander.goto(f"{live}/response/responses/")
    commander.locator("tbody a").first.click()
    timeline = commander.locator("main")
    for link in ("读数", "触发告警", "提出建议", "下达任务", "完成"):
        expect(timeline).to_contain_text(link)
    expect(timeline).to_contain_text("1 / 22")

    neighbour = sign_in(browser, live, "qingcheng")
    neighbour.goto(f"{live}/response/inbox/")
    expect(neighbour.locator("main")).not_to_contain_text("英德")
    for page in (duty, cut_off, signer, anybody, commander, unit, neighbour):
        page.context.close()


def test_a_warning_for_two_towns_is_drafted_signed_and_published_by_two_people_within_a_minute(
    browser: Browser, live: str
) -> None:
    """The composer's minute: both are signed in, and every word is the template's."""
    drafter, signer = sign_in(browser, live, "drafter"), sign_in(browser, live, "signer")
    drafter.route(
        "**/map*.js", lambda line: line.abort()
    )  # drawn in software it wants a processor for itself; places are named here
    began = time.monotonic()
    drafter.goto(f"{live}/warning/draft/")
    drafter.select_option("#id_hazard", "rainstorm")
    drafter.select_option("#id_level", "3")
    for town in ("飞来峡镇", "源潭镇"):
        drafter.fill("#find-place", town)
        drafter.locator("#found button", has_text=town).first.click()
        expect(drafter.locator("#picker")).to_contain_text(town)
    drafter.get_by_role("button", name="填入常用语").click()
    expect(drafter.locator("#id_description_zh")).not_to_be_empty()
    drafter.get_by_role("button", name="保存草稿").click()
    drafter.wait_for_url("**/warning/warnings/*/")
    signer.goto(drafter.url)
    do(signer, "sign")
    do(signer, "publish")
    took = time.monotonic() - began
    anybody = browser.new_context(locale="zh-CN").new_page()
    anybody.goto(f"{live}/warnings/")
    expect(anybody.locator("body")).to_contain_text("飞来峡镇、源潭镇暴雨橙色预警")
    assert took < 60, f"{took:.0f} s"
    for page in (drafter, signer, anybody):
        page.context.close()
