"""Live pages: "poke, not payload". A change notifies; the browser hears which record moved and asks again itself.

One LISTEN connection a process and world fans out to every open stream; a stream passes only pokes that concern its
scope. Nothing of the record's content is sent, so there is nothing to leak and nothing to merge.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse

from anlan.kit.scope import Scope, World, current
from anlan.kit.worlds import ALIASES, WORLDS

log = logging.getLogger(__name__)

CHANNEL = "anlan_live"
KEEPALIVE_SECONDS = 20.0
AGAIN_SECONDS = 1.0
MANY = 20
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


class Fan:
    """The open streams of one world in this process and the one connection that feeds them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.streams: dict[asyncio.Queue[str], Scope] = {}
        self.task: asyncio.Task[None] | None = None

    def join(self, scope: Scope) -> asyncio.Queue[str]:
        """Open a stream for `scope`."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=200)
        self.streams[queue] = scope
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        """Close a stream."""
        self.streams.pop(queue, None)

    def spread(self, text: str) -> None:
        """Offer one poke to every stream that may know of it; a full queue is told to reload everything."""
        area = json.loads(text)["area"]
        for queue, scope in self.streams.items():
            if concerns(scope, area):
                try:
                    queue.put_nowait(text)
                except asyncio.QueueFull:
                    while not queue.empty():
                        queue.get_nowait()
                    queue.put_nowait(EVERYTHING_CHANGED)

    async def _listen(self) -> None:
        lost = False
        while self.streams:
            try:
                async with await psycopg.AsyncConnection.connect(autocommit=True, **connection_parameters(self.world)) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    if lost:
                        # Nobody knows what changed meanwhile.
                        self.spread(EVERYTHING_CHANGED)
                    lost = False
                    async for notice in line.notifies():
                        self.spread(notice.payload)
            except psycopg.OperationalError:
                log.warning("live: lost the database, trying again")
                lost = True
                await asyncio.sleep(AGAIN_SECONDS)


def concerns(scope: Scope, area: str) -> bool:
    """Tell whether a poke about `area` may reach `scope`: its own rows, reference data, or its ancestors' shared ones."""
    return not area or any(area.startswith(a) for a in scope.areas) or area in scope.above


def connection_parameters(world: World) -> dict[str, Any]:
    """Return psycopg's connection arguments for a world's database."""
    connection = connections[ALIASES[world]]
    parameters = connection.get_connection_params()
    for django_only in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(django_only, None)
    return dict(parameters)


FANS: dict[World, Fan] = {world: Fan(world) for world in WORLDS.values()}


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Serve the server-sent events of the asker's world and scope."""
    scope = current()
    response = StreamingHttpResponse(_events(scope), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(scope: Scope) -> AsyncIterator[bytes]:
    # A request keeps its connections until it ends, and this one does not: eight open pages would empty the pool.
    await sync_to_async(connections.close_all)()
    fan = FANS[scope.world]
    queue = fan.join(scope)
    try:
        yield b"retry: 2000\n: welcome\n\n"
        while True:
            try:
                text = await asyncio.wait_for(queue.get(), KEEPALIVE_SECONDS)
                yield f"data: {text}\n\n".encode()
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        fan.leave(queue)
