"""The database away, hung or full: whoever asks is answered within three seconds, and nothing is claimed that nobody knows.

A watch per world asks its database every second, on a connection of its own. While there is no answer, requests are answered at
the door, public pages from their copies; one that is already inside is given up after `PATIENCE` when the watch hears nothing
either. Both recover by themselves, since the watch goes on asking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from anlan.kit.edge import answers, copies
from anlan.kit.edge.answers import READING, Answer
from anlan.kit.live import connection_parameters
from anlan.kit.scope import World

log = logging.getLogger(__name__)
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

EVERY = 1.0
#: Seconds without an answer after which a database counts as hung.
HUNG = 1.2
#: Seconds that a request may last before the watch is asked whether there still is a database, and between two such questions.
PATIENCE, AGAIN = 2.0, 0.5
#: What needs no database; the files of the pages.
STATIC = "/static/"


class Watch:
    """Knows whether one world's database answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.gone = False
        self.asked_at: float | None = None
        self.task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start to watch, once for the loop that runs."""
        loop = asyncio.get_running_loop()
        if self.task is None or self.task.done() or self.task.get_loop() is not loop:
            self.gone, self.asked_at = False, None
            self.task = loop.create_task(self._watch())

    async def answers(self) -> bool:
        """Return whether the database is there; looked at twice, since this process may itself have been held up."""
        if self._silent():
            await asyncio.sleep(0.05)
        return not self._silent()

    def _silent(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self.gone or (self.asked_at is not None and now - self.asked_at > HUNG)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.asked_at = self.asked_at or loop.time()
            try:
                line = await psycopg.AsyncConnection.connect(autocommit=True, **connection_parameters(self.world))
                async with line:
                    while True:
                        self.asked_at = self.asked_at or loop.time()
                        await line.execute("SELECT 1")
                        self._heard()
                        await asyncio.sleep(EVERY)
            except (psycopg.Error, OSError) as error:
                if not self.gone:
                    log.warning("%s: the database is away: %s", self.world, error)
                self.gone = True
                await asyncio.sleep(EVERY)

    def _heard(self) -> None:
        if self.gone:
            log.warning("%s: the database answers again", self.world)
        self.gone, self.asked_at = False, None


class Away:
    """ASGI middleware that answers in the application's stead while the database does not."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.watches: dict[World, Watch] = {"live": Watch("live"), "exercise": Watch("exercise")}
        self.given_up: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith(STATIC):
            await self.app(scope, receive, send)
            return
        # Who somebody is always stands in the live world.
        worlds: list[World] = ["live", "exercise"] if scope.get("root_path") else ["live"]
        watches = [self.watches[world] for world in worlds]
        for watch in watches:
            watch.begin()
        if not await _all_answer(watches):
            await instead(answers.request_of(scope), inside=False).give(send)
            return
        await self._inside(scope, receive, send, watches)

    async def _inside(self, scope: dict[str, Any], receive: Any, send: Any, watches: list[Watch]) -> None:
        begun, left = asyncio.Event(), False

        async def sending(message: dict[str, Any]) -> None:
            if not left:
                begun.set()
                await send(message)

        task = asyncio.ensure_future(self.app(scope, receive, sending))
        signal = asyncio.ensure_future(begun.wait())
        try:
            patience = PATIENCE
            while not begun.is_set() and not task.done():
                await asyncio.wait({task, signal}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                patience = AGAIN
                if not begun.is_set() and not task.done() and not await _all_answer(watches) and not begun.is_set():
                    left = True
                    self.given_up.add(task)
                    task.add_done_callback(self._forget)
                    await instead(answers.request_of(scope), inside=True).give(send)
                    return
            await task
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            signal.cancel()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self.given_up.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("a request that was given up failed: %s", task.exception())


async def _all_answer(watches: list[Watch]) -> bool:
    return all([await watch.answers() for watch in watches])


def instead(request: HttpRequest, *, inside: bool, title: Any = "") -> Answer:
    """Say that the database is away: a public page's copy where there is one, else words.

    `inside` is true when the request had begun: a change may then have been committed without anybody hearing of it.
    """
    copy = copies.find(request)
    if copy is not None:
        return copy
    if request.method in READING:
        advice, outcome = _("Nothing is lost. This page asks again by itself; public warnings are shown from a copy."), "nothing"
    elif inside:
        advice, outcome = _("We do not know whether this was saved: look before you repeat it."), "unknown"
    else:
        advice, outcome = _("What you sent was not carried out, nothing was saved. Send it again in a moment."), "nothing"
    return answers.plain(
        request, 503, "Unavailable", title or _("The database cannot be reached just now"), advice, saved=outcome
    )


def of_error(request: HttpRequest, error: BaseException | None) -> Answer | None:
    """Answer for an error by which the database said that it cannot serve, None for any other error."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    cause = error.__cause__
    if isinstance(cause, errors.DiskFull):
        title = _("The database has no room left")
    elif isinstance(cause, (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.SerializationFailure)):
        title = _("The database is too busy for this just now")
    else:
        title = _("The database cannot be reached just now")
    return instead(request, inside=True, title=title)
