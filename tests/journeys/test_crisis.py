"""The scripted crisis as six roles meet it: on the first screen of desk, map and phone stands what they must do next, and every figure is true."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator

from tests.journeys.conftest import sign_in
from tests.journeys.stack import ROOT, Stack, own_stack

pytestmark = pytest.mark.xdist_group("journeys")
SCREENS = {"desk": ("", 1280, 860), "map": ("map/", 1280, 860), "phone": ("", 390, 844), "map on a phone": ("map/", 390, 844)}
#: What each role must do next: the record that its first verb is about, and that verb.
NEXT = {
    "commander": ("response/proposals", "confirm"),
    "duty": ("alarms/alarms", "acknowledge"),
    "signer": ("warning/warnings", "issue"),
    "yingde": ("alarms/alarms", "acknowledge"),
    "qingcheng": ("alarms/alarms", "acknowledge"),
    "water": ("response/tasks", "accept"),
}
#: In which order the lines of a queue stand: decisions, dangers, signatures, lesser alarms, work.
ORDER = ("proposals", "danger", "warnings", "alarms", "tasks")
LATE = "state = 'issued' AND ack_due_at < now() OR state IN ('issued', 'accepted') AND due_at < now()"


@pytest.fixture(scope="module")
def crisis() -> Iterator[Stack]:
    """Start the program on the crisis."""
    with own_stack("crisis") as stack:
        command = [sys.executable, "-m", "tools.crisis"]
        subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, timeout=300)
        stack.start()
        yield stack


def number(stack: Stack, sql: str) -> int:
    """Return what the database counts."""
    with stack.database() as connection:
        (found,) = connection.execute(sql).fetchone() or (0,)  # type: ignore[arg-type]
    return int(str(found))


#: What a screen shows at one instant: the page may renew its queue between two questions, so all is asked in one.
SEEN = """() => {
  const step = document.querySelector("ol.queue a.btn");
  const box = step?.getBoundingClientRect();
  return {
    step: step?.getAttribute("href") ?? "",
    top: box?.top ?? -1,
    bottom: box?.bottom ?? -1,
    height: window.innerHeight,
    scrolled: window.scrollY,
    styles: document.styleSheets.length,
    count: document.querySelector(".queue-title .number")?.innerText ?? "",
    lines: [...document.querySelectorAll("ol.queue > li")].map((line) => ({
      about: (line.querySelector("a.queue-link").getAttribute("href") ?? "").split("/")[2],
      grave: line.matches(".queue-pinned, .stripe-orange"),
      may: line.querySelector("a.btn") !== null,
    })),
    text: document.body.innerText.slice(0, 3000),
  };
}"""


def kind(line: dict[str, Any]) -> str:
    """Return what a line of the queue is about."""
    return "danger" if line["about"] == "alarms" and line["grave"] else line["about"]


@pytest.mark.parametrize("role", NEXT)
def test_the_next_step_stands_on_the_first_screen(browser: Browser, crisis: Stack, role: str) -> None:
    about, verb = NEXT[role]
    page = sign_in(browser, crisis.address, role)
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("requestfailed", lambda request: failed.append(f"{request.failure} {request.url}"))
    for name, (address, width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{crisis.address}/{address}")
        seen = page.evaluate(SEEN)
        told = f"{role} on {name}: {seen}; not given: {failed}"
        assert re.search(f"/{about}/\\d+/{verb}/", seen["step"]), f"another step comes first; {told}"
        assert 0 <= seen["top"] < seen["bottom"] <= seen["height"], f"what to do next is not on the first screen; {told}"
        turns = [turn(kind(line), line["may"]) for line in seen["lines"]]
        assert turns == sorted(turns), told
        assert int(seen["count"].replace(",", "")) == len(seen["lines"]), told
    page.context.close()


def turn(kind: str, may: bool) -> int:
    """Return where a line belongs: by what hangs on it; what the viewer can only look at comes last, but for decisions and dangers."""
    return ORDER.index(kind) + (0 if may or kind in ORDER[:2] else len(ORDER))


def number_in(what: Locator) -> int:
    """Return the number that an element says."""
    return int(what.inner_text().strip().replace(",", ""))


def test_every_figure_is_what_the_database_counts(browser: Browser, crisis: Stack) -> None:
    page = sign_in(browser, crisis.address, "commander", viewport={"width": 1280, "height": 860})
    lapsed = f"SELECT count(*) FROM response_task WHERE {LATE}"
    for _attempt in range(5):  # a term may run out between the page and the count
        before = number(crisis, lapsed)
        page.goto(f"{crisis.address}/map/")
        if before == number(crisis, lapsed):
            break
    told = dict(
        zip(page.locator(".command-bar dt").all_inner_texts(), page.locator(".command-bar dd").all_inner_texts(), strict=True)
    )
    every, done = (
        number(crisis, "SELECT count(*) FROM response_task"),
        number(crisis, "SELECT count(*) FROM response_task WHERE state = 'done'"),
    )
    unanswered = "SELECT count(*) FROM alarms_alarm WHERE state = 'raised' AND basis = 'observed'"
    assert told["响应等级"] == "III"
    assert told["已完成任务"] == f"{done} / {every}"
    assert int(told["逾期任务"]) == number(crisis, lapsed) >= 21
    assert told["未应答告警"].split(" / ")[0] == str(number(crisis, unanswered))
    assert told["生效预警"] == "0"
    queue = page.locator("ol.queue").inner_text()
    assert queue.count("草稿，待签发") == number(crisis, "SELECT count(*) FROM warning_warning WHERE state = 'draft'") == 2
    with crisis.database() as connection:
        value = connection.execute(
            "SELECT l.value FROM alarms_alarm a JOIN telemetry_latest l USING (datastream_id) WHERE a.level = 4"
        ).fetchone()
    assert value and f"{value[0]:.2f} m" in queue
    silent = number(crisis, "SELECT count(*) FROM alarms_alarm WHERE basis = 'silence' AND state = 'raised'")
    assert number_in(page.locator(".queue-quiet summary .number")) == silent == 3
    unaccepted = number(
        crisis,
        "SELECT count(*) FROM response_task t JOIN people_organisation o ON o.id = t.organisation_id"
        " WHERE t.state = 'issued' AND t.ack_due_at < now() AND o.code <> 'qy-sfz'",
    )
    assert f"{unaccepted} 项任务未签收" in page.locator("ul.queue").first.inner_text()
    page.context.close()


@pytest.mark.parametrize("role", ["signer", "feilaixia"])
def test_who_may_not_see_is_never_told_none(browser: Browser, crisis: Stack, role: str) -> None:
    page = sign_in(browser, crisis.address, role, viewport={"width": 1280, "height": 860})
    page.goto(f"{crisis.address}/")
    assert "III" in page.locator("main").inner_text()
    assert "当前没有启动应急响应" not in page.locator("main").inner_text()
    page.context.close()
