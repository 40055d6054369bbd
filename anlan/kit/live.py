"""Live pages: "poke, not payload". A change notifies; the browser hears which record moved and asks again itself.

One LISTEN connection per process and world fans out to every open stream; a stream passes only pokes that concern its
scope. Nothing of the record's content is sent, so there is nothing to leak and nothing to merge.

Between a page's reading of the database and its stream there is a gap, and a longer one whenever the line was cut. So
a stream says since when it wants to hear (its page's request, then the last event's id) and is told what it missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, transaction
from django.http import HttpRequest, StreamingHttpResponse

from anlan.kit.scope import Scope, World, current
from anlan.kit.worlds import ALIASES, WORLDS

log = logging.getLogger(__name__)
#: When a poke was heard (Unix seconds, also its event's id) and its text.
Heard = tuple[float, str]

CHANNEL = "anlan_live"
KEEPALIVE_SECONDS = 20.0
IDLE_SECONDS = 2.0
AGAIN_SECONDS = 1.0
MANY = 20
REMEMBERED = 5000
#: A stream ends by itself after this long: its browser comes back at once, and who it is is judged anew.
LIFE_SECONDS = 600.0
ENDED = ""
EVERYTHING_CHANGED = '{"record": "*", "id": "", "area": ""}'


def poke(using: str, changed: list[tuple[str, str, str]]) -> None:
    """Tell every open page, when the transaction commits, which (record, id, area) changed; many of a kind as one."""
    by_kind: dict[tuple[str, str], set[str]] = {}
    for record, pk, area in changed:
        by_kind.setdefault((record, area), set()).add(pk)
    texts = [
        json.dumps({"record": record, "id": pk, "area": area})
        for (record, area), pks in by_kind.items()
        for pk in (sorted(pks) if len(pks) <= MANY else [""])
    ]
    if texts:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, text) FROM unnest(%s::text[]) AS text", [CHANNEL, texts])


def hang_up(actor: str) -> None:
    """End an actor's open streams in both worlds once the transaction commits: those who may still look come back by themselves."""
    text = json.dumps({"ends": actor})

    def tell() -> None:
        for using in WORLDS:
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])

    transaction.on_commit(tell, using=DEFAULT_DB_ALIAS)


class Fan:
    """The open streams of one world in this process and the one connection that feeds them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.streams: dict[asyncio.Queue[Heard], Scope] = {}
        self.task: asyncio.Task[None] | None = None
        self.past: deque[Heard] = deque(maxlen=REMEMBERED)
        #: Since when every poke is known; None while the fan is deaf.
        self.hears_since: float | None = None

    def join(self, scope: Scope, since: float) -> asyncio.Queue[Heard]:
        """Open a stream for `scope` with what happened after `since` (Unix seconds) waiting in it."""
        queue: asyncio.Queue[Heard] = asyncio.Queue(maxsize=200)
        self.streams[queue] = scope
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._listen())
        elif self.hears_since is not None:
            self._catch_up(queue, scope, since)
        return queue

    def leave(self, queue: asyncio.Queue[Heard]) -> None:
        """Close a stream."""
        self.streams.pop(queue, None)

    def spread(self, text: str) -> None:
        """Offer one poke to every stream that may know of it, and remember it for those who come late."""
        told = json.loads(text)
        if "ends" in told:
            for queue, scope in self.streams.items():
                if scope.actor == told["ends"]:
                    offer(queue, (time.time(), ENDED))
            return
        if len(self.past) == REMEMBERED:
            self.hears_since = self.past[0][0]
        heard = (time.time(), text)
        self.past.append(heard)
        area = told["area"]
        for queue, scope in self.streams.items():
            if concerns(scope, area):
                offer(queue, heard)

    def _catch_up(self, queue: asyncio.Queue[Heard], scope: Scope, since: float) -> None:
        if self.hears_since is None or since < self.hears_since:
            offer(queue, everything())
            return
        for heard in self.past:
            if heard[0] > since and concerns(scope, json.loads(heard[1])["area"]):
                offer(queue, heard)

    async def _listen(self) -> None:
        while self.streams:
            try:
                async with await psycopg.AsyncConnection.connect(autocommit=True, **connection_parameters(self.world)) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    self.past.clear()
                    self.hears_since = time.time()
                    # Nobody knows what changed before.
                    for queue in self.streams:
                        offer(queue, everything())
                    async for notice in line.notifies():
                        self.spread(notice.payload)
            except psycopg.OperationalError:
                log.warning("live: lost the database, trying again")
                self.hears_since = None
                await asyncio.sleep(AGAIN_SECONDS)


def everything() -> Heard:
    """Make the poke that asks a page for all that it shows."""
    return time.time(), EVERYTHING_CHANGED


def offer(queue: asyncio.Queue[Heard], heard: Heard) -> None:
    """Put a poke into a stream; a full one is told to reload everything instead."""
    try:
        queue.put_nowait(heard)
    except asyncio.QueueFull:
        ended = heard[1] == ENDED
        while not queue.empty():
            ended = queue.get_nowait()[1] == ENDED or ended
        queue.put_nowait((heard[0], ENDED) if ended else everything())


def concerns(scope: Scope, area: str) -> bool:
    """Return whether a poke about `area` may reach `scope`: its own rows, reference data, or its ancestors' shared ones."""
    return not area or any(area.startswith(a) for a in scope.areas) or area in scope.above


def heed(world: World, channel: str, stop: threading.Event, work: Callable[[], bool]) -> None:
    """Work whenever a channel of a world stirs, and every few seconds in any case, until told to stop; survive a lost database.

    `work` returns whether there may be more to do at once.
    """
    while not stop.is_set():
        try:
            with psycopg.connect(autocommit=True, **connection_parameters(world)) as line:
                line.execute(f"LISTEN {channel}")
                while not stop.is_set():
                    if not work():
                        for _notice in line.notifies(timeout=IDLE_SECONDS, stop_after=1):
                            pass
        except (psycopg.OperationalError, OperationalError, InterfaceError):
            log.warning("%s of %s: lost the database, trying again", channel, world)
            connections.close_all()
            stop.wait(1)


def connection_parameters(world: World) -> dict[str, Any]:
    """Return psycopg's connection arguments for a world's database."""
    connection = connections[ALIASES[world]]
    parameters = connection.get_connection_params()
    for django_only in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(django_only, None)
    return dict(parameters)


FANS: dict[World, Fan] = {world: Fan(world) for world in WORLDS.values()}


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Serve the server-sent events of the asker's world and scope, from the last one that the browser heard on."""
    since = moment(request.headers.get("Last-Event-ID") or request.GET.get("since", ""))
    response = StreamingHttpResponse(_events(current(), since), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


def moment(text: str) -> float:
    """Read Unix seconds; what is none means the beginning of time."""
    try:
        return float(text)
    except ValueError:
        return 0.0


async def _events(scope: Scope, since: float) -> AsyncIterator[bytes]:
    # A request keeps its connections until it ends, and this one does not: eight open pages would empty the pool.
    await sync_to_async(connections.close_all)()
    fan = FANS[scope.world]
    queue = fan.join(scope, since)
    try:
        yield b"retry: 2000\n: welcome\n\n"
        until = time.monotonic() + LIFE_SECONDS
        while time.monotonic() < until:
            try:
                heard_at, text = await asyncio.wait_for(queue.get(), KEEPALIVE_SECONDS)
                if text == ENDED:
                    return
                yield f"id: {heard_at!r}\ndata: {text}\n\n".encode()
            except TimeoutError:
                # An id without data wakes nobody, and a line that breaks is taken up again from here.
                yield f"id: {time.time()!r}\n\n".encode()
    finally:
        fan.leave(queue)
