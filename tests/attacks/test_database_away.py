"""The database hangs or is cut: every page has answered within three seconds, honestly, and comes back by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import RequestFactory

from anlan.apps.warning.tests import factories
from anlan.kit.edge import copies
from anlan.kit.jobs import run_job
from anlan.kit.scope import Scope, entered
from anlan.lib import kept_copies
from tests.attacks.stage import Line, State, web
from tests.journeys.sse import signed_in
from tests.journeys.stack import until

#: Seconds within which everybody has to be answered; what a busy machine adds is allowed on top of the three.
SOON = 5.0
PAGES = ("/", "/people/contacts/", "/map/", "/exercise/", "/sign-in/", "/warnings/archive/", "/live/")
PROGRAMS = ("/api/v1/people/contacts/", "/exercise/api/v1/people/contacts/")


@dataclass
class Stage:
    """A running web, the line to its database, a session's cookie and a warning in force."""

    address: str
    line: Line
    cookie: str
    warning: str

    def ask(self, path: str, method: str = "GET", **more: object) -> tuple[httpx.Response, float]:
        """Ask for a page as somebody signed in; gives the answer and how long it took."""
        begun = time.monotonic()
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        answer = httpx.request(method, self.address + path, headers=headers, timeout=30, **more)  # type: ignore[arg-type]
        return answer, time.monotonic() - begun


@pytest.fixture
def stage(committed: None, tmp_path: Path, settings: Any) -> Iterator[Stage]:
    settings.ANLAN_COPIES = tmp_path / "copies"
    with entered(Scope.everything("system:test")):
        warning = factories.published("441802", 1)
    run_job("kit.copies", "live")
    line = Line()
    try:
        with web(tmp_path, line) as address:
            yield Stage(address, line, signed_in(address, "duty"), warning.identifier)
    finally:
        line.end()


def test_each_page_answers_while_the_database_is_away_and_comes_back(stage: Stage) -> None:
    turns: tuple[State, ...] = ("hung", "cut")
    for state in turns:
        assert stage.ask("/")[0].status_code == 200
        stage.line.turn(state)
        with ThreadPoolExecutor(20) as pool:
            pages = list(pool.map(stage.ask, PAGES))
            programs = list(pool.map(stage.ask, PROGRAMS))
            change = stage.ask("/api/v1/people/contacts/", "POST", json={})
        for answer, seconds in pages:
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.url
            assert "The database cannot be reached" in answer.text
            assert 'lang="en"' in answer.text
            assert seconds < SOON, answer.url
        for answer, seconds in [*programs, change]:
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
            assert seconds < SOON
        assert change[0].json()["saved"] == "nothing", "at the door nothing was begun"
        public_pages_stand(stage)
        assert stage.ask("/static/warning/public.css")[0].status_code == 200
        stage.line.turn("open")
        until(lambda: stage.ask("/")[0].status_code == 200, "it recovers by itself", 20)


def public_pages_stand(stage: Stage) -> None:
    page, seconds = stage.ask("/warnings/")
    assert page.status_code == 200
    assert seconds < SOON
    assert stage.warning in page.text
    assert "This is a copy of" in page.text
    assert int(page.headers["Age"]) >= 0
    assert "的副本" in stage.ask("/warnings/?lang=zh")[0].text
    assert stage.ask(f"/warnings/{stage.warning}/")[0].status_code == 200
    assert stage.warning in stage.ask("/warnings/feed.atom")[0].text
    message = stage.ask(f"/warnings/cap/{stage.warning}.xml")[0]
    assert message.headers["Content-Type"].startswith("application/cap+xml")
    assert b"<!--copy-->" not in message.content
    assert stage.ask("/warnings/nowhere/")[0].status_code == 503


def test_a_change_that_hangs_is_not_said_to_have_failed(stage: Stage) -> None:
    """Nobody hears whether it was committed."""
    stage.line.turn("hung")
    answer, seconds = stage.ask("/sign-in/", "POST", data={"username": "duty", "password": "x"})
    assert answer.status_code == 503
    assert seconds < SOON
    assert "We do not know whether this was saved" in answer.text or "nothing was saved" in answer.text


def test_a_copy_says_what_has_ended_since(settings: Any, tmp_path: Path, live: None) -> None:
    settings.ANLAN_COPIES = tmp_path
    warning = factories.published("441802", 1)
    run_job("kit.copies", "live")
    index = kept_copies.index_of(copies.folder())
    for page in index["pages"].values():
        page["ends"] = [time.time() - 1]
    (copies.folder() / kept_copies.INDEX).write_text(json.dumps(index))
    found = copies.find(RequestFactory().get("/warnings/", headers={"Accept-Language": "en"}))
    assert found is not None
    assert warning.identifier in found.body.decode()
    assert "ended since: 1" in found.body.decode()
