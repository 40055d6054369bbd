"""Control systems that tell by themselves what changes (OPC UA subscriptions), beside being asked as often as each says.

What is asked keeps a steady series and shows who is there; what is told between two askings comes at once. A system that tells
nothing by itself, or whose line is lost, goes on being asked, and is tried again later.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from anlan.apps.telemetry.intake.asking import take_in
from anlan.apps.telemetry.kinds import Told
from anlan.apps.telemetry.mapping import MOST_TAGS, asks_of
from anlan.apps.telemetry.models import ControlSystem, Tag
from anlan.apps.telemetry.queries.control import systems_asked
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib.outside import resolved

log = logging.getLogger(__name__)
#: So often is taken in what was told, and looked which systems there are, in seconds; one that fails is tried again after so long.
TURN, LOOK, AGAIN = 0.25, 5.0, 60.0
#: So many systems are followed at once; the others are asked alone.
MOST = 50


@dataclass
class Followed:
    """A system that is followed: its tags, and what it has told of which since it was last taken in."""

    system: ControlSystem
    tags: list[Tag]
    told: dict[int, Told] = field(default_factory=dict)

    @property
    def signature(self) -> tuple[object, ...]:
        """Return what must stay as it is for the line to be kept."""
        return self.system.url, tuple((tag.pk, tag.spot, tag.factor, tag.offset) for tag in self.tags)


class Following:
    """Follows all control systems that tell by themselves, while `due()` says so. `with Following(lambda: True):`"""

    def __init__(self, due: Callable[[], bool]) -> None:
        self._due, self._stop = due, threading.Event()
        self._pool = ThreadPoolExecutor(1, "following")
        self._held: dict[str, tuple[Followed, asyncio.Task[None]]] = {}
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()), name="following", daemon=True)

    def __enter__(self) -> Following:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    async def _work(self) -> None:
        looks, loop = 0.0, asyncio.get_running_loop()
        while not self._stop.is_set():
            if looks <= 0:
                looks = LOOK
                wanted = await loop.run_in_executor(self._pool, _wanted) if self._due() else {}
                if wanted is not None:
                    self._look(wanted)
            for one, _task in list(self._held.values()):
                if one.told:
                    told, one.told = one.told, {}
                    await loop.run_in_executor(self._pool, _take, one, told)
            await asyncio.sleep(TURN)
            looks -= TURN
        self._look({})
        await loop.run_in_executor(self._pool, connections.close_all)

    def _look(self, wanted: dict[str, Followed]) -> None:
        """Begin to follow what is new, and let go what is gone or another one now."""
        for key, (one, task) in list(self._held.items()):
            if key not in wanted or wanted[key].signature != one.signature:
                task.cancel()
                del self._held[key]
        for key, one in wanted.items():
            if key not in self._held and len(self._held) < MOST:
                self._held[key] = (one, asyncio.get_running_loop().create_task(_follow(one)))


async def _follow(one: Followed) -> None:
    follow, parts = asks_of(one.system).follow, urlsplit(one.system.url)
    assert follow is not None
    while True:
        try:
            ip = resolved(parts, schemes=(asks_of(one.system).scheme,), allowed=settings.CONFIG.control_networks)
            port = parts.port or asks_of(one.system).port
            await follow(ip, port, parts.path, [tag.spot for tag in one.tags], one.told.__setitem__)
        except (OSError, TimeoutError, ValueError, Refusal) as error:
            log.info("ingest: control system %s is asked alone: %s", one.system.code, error)
        except Exception:
            log.exception("ingest: control system %s", one.system.code)
        await asyncio.sleep(AGAIN)


def _wanted() -> dict[str, Followed] | None:
    """Return the systems to follow; None while nobody knows."""
    try:
        with entered(Scope.everything("system:ingest")):
            found = {key: system for key, system in systems_asked().items() if asks_of(system).follow is not None}
            return {
                key: Followed(
                    system, list(system.tags.select_related("datastream__station", "system").order_by("pk")[:MOST_TAGS])
                )
                for key, system in found.items()
            }
    except (DatabaseError, InterfaceError) as error:
        log.warning("ingest: control systems: %s", error)
        connections.close_all()
        return None


def _take(one: Followed, told: dict[int, Told]) -> None:
    """Take in what a system has told; what cannot be stored now is kept for the next turn."""
    try:
        with entered(Scope.everything(f"system:{one.system.protocol}:{one.system.code}")):
            take_in(one.system, [one.tags[n] for n in told], list(told.values()), clock.now())
    except (DatabaseError, InterfaceError) as error:
        log.warning("ingest: control system %s: %s", one.system.code, error)
        connections.close_all()
        for n, said in told.items():
            one.told.setdefault(n, said)
    except Exception:  # one system's fault must stop no other
        log.exception("ingest: control system %s", one.system.code)
