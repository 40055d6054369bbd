"""Control systems that are asked for their tags (OPC UA, Modbus TCP …): each as often as it says, more and more rarely while it fails.

The connection goes to the very address that was checked: what lies inside the house is refused unless the deployment names its
network (`ANLAN_CONTROL_NETWORKS`). Several ingest processes share the systems: who moves a system's next time forward asks it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from math import isfinite
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Q

from anlan.apps.telemetry.intake.storing import ingest
from anlan.apps.telemetry.kinds import Told
from anlan.apps.telemetry.mapping import MOST_TAGS, asks_of
from anlan.apps.telemetry.models import ControlSystem, Feed, Tag
from anlan.apps.telemetry.queries.control import is_polled, systems_asked
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.worlds import alias
from anlan.lib.outside import resolved

log = logging.getLogger(__name__)
#: Seconds for one system from connecting to its last answer; so long an asking process holds a system; so often is looked who is due.
DEADLINE, HOLDS, TURN = 15.0, timedelta(seconds=60), 1.0
#: A system that fails is asked again after twice as long each time, at the latest after so long.
RAREST = timedelta(minutes=10)
#: So many systems are asked at once.
AT_ONCE = 8


def due() -> list[ControlSystem]:
    """Return the systems whose time has come and that nobody else asks, held for this process; forget those that are gone."""
    now, using = clock.now(), alias()
    systems = systems_asked()
    rows = Feed.objects.using(using).filter(connector__contains=":")
    feeds = {feed.connector: feed for feed in rows if not is_polled(feed.connector)}
    if gone := feeds.keys() - systems.keys():
        Feed.objects.using(using).filter(connector__in=gone).delete()
    found = []
    for key, system in systems.items():
        feed = feeds.get(key)
        if feed is None:
            feed, _new = Feed.objects.using(using).get_or_create(connector=key, defaults={"url": system.url})
        elif feed.url != system.url:  # another address: nothing that the old one came to holds
            Feed.objects.using(using).filter(pk=key).update(url=system.url, failed=0, fault="", next_at=None)
        elif feed.next_at is not None and feed.next_at > now:
            continue
        free = Feed.objects.using(using).filter(Q(next_at__isnull=True) | Q(next_at__lte=now), pk=key)
        if free.update(next_at=now + HOLDS):
            found.append(system)
    return found


def ask(system: ControlSystem) -> None:
    """Ask one system for all its tags, take in what it says, and note how it went."""
    feed = Feed.objects.using(alias()).get(pk=system.key)
    feed.asked_at, every = clock.now(), timedelta(seconds=system.every_seconds)
    tags = list(system.tags.select_related("datastream__station", "system").order_by("pk")[:MOST_TAGS])
    try:
        told = asyncio.run(_told(system, tags))
        at = clock.now()
        feed.last_result = take_in(system, tags, told, at)
        if tags and all(one.value is None for one in told):
            raise ValueError(next(one.fault for one in told))
        feed.failed, feed.fault = 0, ""
        feed.took_at = at if tags else feed.took_at
    except (DatabaseError, InterfaceError):
        raise  # nothing was taken, nothing is noted: asked again when the hold ends
    except (OSError, TimeoutError, ValueError, Refusal) as error:
        feed.failed, feed.fault = min(feed.failed + 1, 32_000), (str(error) or type(error).__name__)[:300]
    feed.next_at = feed.asked_at + min(every * 2 ** min(feed.failed, 16), max(RAREST, every))
    feed.save(using=alias())


async def _told(system: ControlSystem, tags: Sequence[Tag]) -> list[Told]:
    """Return what a system says of its tags, within the deadline; one at an address that is forbidden is refused even without tags."""
    asks, parts = asks_of(system), urlsplit(system.url)
    ip = resolved(parts, schemes=(asks.scheme,), allowed=settings.CONFIG.control_networks)
    if not tags:
        return []
    async with asyncio.timeout(DEADLINE):
        told = list(await asks.read(ip, parts.port or asks.port, parts.path, [tag.spot for tag in tags]))
    if len(told) != len(tags):
        raise ValueError(f"{len(told)} answers to {len(tags)} questions")
    return told


def take_in(system: ControlSystem, tags: Sequence[Tag], told: Sequence[Told], at: datetime) -> str:
    """Take in the values of tags, as estimated where the system doubts them; returns how many of them, and which have none."""
    rows, kept, without = [], [], []
    for number, (tag, one) in enumerate(zip(tags, told, strict=True), 1):
        stream = tag.datastream
        value = None if one.value is None else one.value * tag.factor + tag.offset
        if value is None or not isfinite(value):
            without.append(f"{tag}: {one.fault or value}")
        else:
            rows.append(RawReading(number, stream.station.code, stream.quantity, at, value, estimated=one.doubted))
        said = {"station": stream.station.code, "quantity": stream.quantity, "time": at.isoformat(), "value": value}
        kept.append(said | {"tag": str(tag), "raw": one.value if one.value is None or isfinite(one.value) else str(one.value)})
        kept[-1] |= {"doubted": one.doubted, "fault": one.fault}
    if rows:
        raw = json.dumps({"readings": kept}, ensure_ascii=False).encode()
        found = ingest(rows, system.protocol, raw, areas=(system.area,))
        without += [f"{tags[r.line - 1]}: {r.reason}" for r in found.rejected]
    return "; ".join([f"{len(tags) - len(without)} / {len(tags)}", *without])[:300]


class Asking:
    """Asks all control systems in threads of its own while it is entered. `with Asking():`"""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, "asking")
        self._thread = threading.Thread(target=self._work, name="asking", daemon=True)

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()

    def _work(self) -> None:
        while not self._stop.wait(TURN):
            try:
                with entered(Scope.everything("system:ingest")):
                    found = due()
                for system in found:
                    self._pool.submit(self._ask, system)
            except (DatabaseError, InterfaceError) as error:
                log.warning("ingest: control systems: %s", error)
                connections.close_all()
        connections.close_all()

    def _ask(self, system: ControlSystem) -> None:
        try:
            with entered(Scope.everything(f"system:{system.protocol}:{system.code}")):
                ask(system)
        except Exception:
            log.exception("ingest: control system %s", system.code)
        finally:
            connections.close_all()
