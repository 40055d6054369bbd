"""Live pages with many streams: pokes reach their own scope only, a full queue reloads, a lost database is found again."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from anlan.kit import live
from anlan.kit.scope import Authority, Scope
from tests.kit.loops import in_a_loop

MANY = 500
NOW = 0.0


def scope(area: str) -> Scope:
    """Make the scope of somebody who may read everything below an area."""
    return Scope(actor=area, authorities=(Authority(area, frozenset({"*"})),))


def poke(area: str, pk: str = "1") -> str:
    """Make a poke about a record of an area."""
    return json.dumps({"record": "alarms.alarm", "id": pk, "area": area})


class Lines:
    """A database that goes away so many times and then tells one thing."""

    def __init__(self, notices: list[str], fails: int = 1) -> None:
        self.notices = notices
        self.fails = fails
        self.opened = 0

    async def connect(self, **_parameters: Any) -> Any:
        self.opened += 1
        if self.opened <= self.fails:
            raise psycopg.OperationalError("the server went away")
        return self

    async def __aenter__(self) -> Lines:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return None

    async def execute(self, _sql: str) -> None:
        return None

    async def notifies(self) -> Any:
        for text in self.notices:
            yield type("Notice", (), {"payload": text})()
        await asyncio.Event().wait()


def records(queue: asyncio.Queue[live.Heard]) -> list[str]:
    """Take what waits in a stream; returns which records it names."""
    return [json.loads(queue.get_nowait()[1])["record"] for _each in range(queue.qsize())]


@pytest.fixture
def fan(monkeypatch: pytest.MonkeyPatch) -> live.Fan:
    """Return a fan whose database is ours."""
    monkeypatch.setattr(live, "connection_parameters", lambda _world: {})
    return live.Fan("live")


def test_many_streams_hear_of_their_own_only(fan: live.Fan) -> None:
    async def run() -> None:
        fan.task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
        own = [fan.join(scope("441802"), NOW) for _ in range(MANY)]
        neighbours = [fan.join(scope("441881"), NOW) for _ in range(MANY)]
        city = fan.join(scope("4418"), NOW)
        fan.spread(poke("441802006"))
        assert {queue.qsize() for queue in own} == {1}
        assert {queue.qsize() for queue in neighbours} == {0}
        assert json.loads(city.get_nowait()[1])["area"] == "441802006"
        fan.spread(poke("4418"))
        assert {queue.qsize() for queue in neighbours} == {1}, "what the city shares concerns every county"
        for queue in own:
            fan.leave(queue)
        fan.spread(poke("441802006"))
        assert {queue.qsize() for queue in own} == {2}, "a stream that left hears no more"
        fan.task.cancel()

    in_a_loop(run())


def test_a_full_queue_is_told_to_reload_everything(fan: live.Fan) -> None:
    async def run() -> None:
        fan.task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
        slow, quick = fan.join(scope("441802"), NOW), fan.join(scope("441802"), NOW)
        for number in range(slow.maxsize + 1):
            fan.spread(poke("441802", str(number)))
            quick.get_nowait()
        assert slow.qsize() == 1
        assert json.loads(slow.get_nowait()[1]) == {"record": "*", "id": "", "area": ""}
        fan.task.cancel()

    in_a_loop(run())


def test_after_a_lost_database_every_stream_hears_again_and_reloads(fan: live.Fan, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines([poke("441802")])
    monkeypatch.setattr(live.psycopg.AsyncConnection, "connect", lines.connect)
    monkeypatch.setattr(live, "AGAIN_SECONDS", 0.0)

    async def run() -> None:
        queue = fan.join(scope("441802"), NOW)
        heard = [json.loads((await asyncio.wait_for(queue.get(), 5))[1]) for _ in range(2)]
        assert [one["record"] for one in heard] == ["*", "alarms.alarm"], "what was missed meanwhile is asked for again"
        assert lines.opened == 2
        if fan.task is not None:
            fan.task.cancel()

    in_a_loop(run())


def test_the_first_stream_of_a_process_asks_again_once_its_line_hears(fan: live.Fan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.psycopg.AsyncConnection, "connect", Lines([], fails=0).connect)

    async def run() -> None:
        queue = fan.join(scope("441802"), time.time())
        _at, text = await asyncio.wait_for(queue.get(), 5)
        assert text == live.EVERYTHING_CHANGED, "what happened before the line was open is not known"
        assert fan.task is not None
        fan.task.cancel()

    in_a_loop(run())


def test_a_stream_that_comes_late_hears_what_its_page_missed(fan: live.Fan, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(1, 100))
    monkeypatch.setattr(live, "time", SimpleNamespace(time=lambda: float(next(seconds))))

    async def run() -> None:
        fan.task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
        fan.hears_since = 0.5
        for pk in ("1", "2", "3"):
            fan.spread(poke("441802", pk))
        late = fan.join(scope("441802"), 1.0)
        assert [json.loads(late.get_nowait()[1])["id"] for _each in range(late.qsize())] == ["2", "3"]
        assert fan.join(scope("441802"), 3.0).empty(), "a page read after all of them has missed nothing"
        assert fan.join(scope("441881"), 0.6).empty(), "what a neighbour missed is not its own"
        assert records(fan.join(scope("441802"), 0.1)) == ["*"], "nobody remembers so far back"
        fan.task.cancel()

    in_a_loop(run())


def test_what_is_forgotten_is_asked_for_as_a_whole(fan: live.Fan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REMEMBERED", 3)
    fan.past = deque(maxlen=3)
    seconds = iter(range(1, 100))
    monkeypatch.setattr(live, "time", SimpleNamespace(time=lambda: float(next(seconds))))

    async def run() -> None:
        fan.task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
        fan.hears_since = 0.5
        for pk in "12345":
            fan.spread(poke("441802", pk))
        assert records(fan.join(scope("441802"), 1.0)) == ["*"], "the poke of second 2 is no longer known"
        assert len(records(fan.join(scope("441802"), 2.0))) == 3
        fan.task.cancel()

    in_a_loop(run())


@pytest.mark.parametrize(("text", "seconds"), [("1.5", 1.5), ("", 0.0), ("yesterday", 0.0), ("1.5;DROP", 0.0)])
def test_since_when_is_read_or_means_from_the_beginning(text: str, seconds: float) -> None:
    assert live.moment(text) == seconds
