"""Live pages with many streams: pokes reach their own scope only, a full queue reloads, a lost database is found again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from anlan.kit import live
from anlan.kit.scope import Authority, Scope

MANY = 500


def in_a_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: the browser journeys keep a loop in the tests' thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def scope(area: str) -> Scope:
    """Make the scope of somebody who may read everything below an area."""
    return Scope(actor=area, authorities=(Authority(area, frozenset({"*"})),))


def poke(area: str, pk: str = "1") -> str:
    """Make a poke about a record of an area."""
    return json.dumps({"record": "monitoring.alarm", "id": pk, "area": area})


class Lines:
    """A database that goes away once and then tells one thing."""

    def __init__(self, notices: list[str]) -> None:
        self.notices = notices
        self.opened = 0

    async def connect(self, **_parameters: Any) -> Any:
        self.opened += 1
        if self.opened == 1:
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


@pytest.fixture
def fan(monkeypatch: pytest.MonkeyPatch) -> live.Fan:
    """Return a fan whose database is ours."""
    monkeypatch.setattr(live, "connection_parameters", lambda _world: {})
    return live.Fan("live")


def test_many_streams_hear_of_their_own_only(fan: live.Fan) -> None:
    async def run() -> None:
        fan.task = asyncio.get_running_loop().create_task(asyncio.sleep(60))
        own = [fan.join(scope("441802")) for _ in range(MANY)]
        neighbours = [fan.join(scope("441881")) for _ in range(MANY)]
        city = fan.join(scope("4418"))
        fan.spread(poke("441802006"))
        assert {queue.qsize() for queue in own} == {1}
        assert {queue.qsize() for queue in neighbours} == {0}
        assert json.loads(city.get_nowait())["area"] == "441802006"
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
        slow, quick = fan.join(scope("441802")), fan.join(scope("441802"))
        for number in range(slow.maxsize + 1):
            fan.spread(poke("441802", str(number)))
            quick.get_nowait()
        assert slow.qsize() == 1
        assert json.loads(slow.get_nowait()) == {"record": "*", "id": "", "area": ""}
        fan.task.cancel()

    in_a_loop(run())


def test_after_a_lost_database_every_stream_hears_again_and_reloads(fan: live.Fan, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Lines([poke("441802")])
    monkeypatch.setattr(live.psycopg.AsyncConnection, "connect", lines.connect)
    monkeypatch.setattr(live, "AGAIN_SECONDS", 0.0)

    async def run() -> None:
        queue = fan.join(scope("441802"))
        heard = [json.loads(await asyncio.wait_for(queue.get(), 5)) for _ in range(2)]
        assert [one["record"] for one in heard] == ["*", "monitoring.alarm"], "what was missed meanwhile is asked for again"
        assert lines.opened == 2
        if fan.task is not None:
            fan.task.cancel()

    in_a_loop(run())
