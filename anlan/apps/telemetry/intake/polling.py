"""Polled feeds: asked every so often, only for what is new (ETag, Last-Modified), more and more rarely while they fail.

The connection goes to the very address that was checked; what lies inside the house is refused unless the deployment allows it
(`ANLAN_WEBHOOK_PRIVATE`). Redirects are not followed. A body beyond the limit, or one that cannot be read, is a failure like any other.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import tell_faults
from anlan.apps.telemetry.intake.storing import note_refused
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Feed
from anlan.apps.telemetry.queries.control import feeds_polled, is_polled
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Authority, current, entered
from anlan.kit.worlds import alias
from anlan.lib.lines import coded
from anlan.lib.outside import NotOutside, pinned, resolved

#: Seconds for one feed from its first byte to its last, and how much of it is read.
DEADLINE, MOST_BYTES = 20.0, 16_000_000
#: A feed that fails is asked again after twice as long each time, at the latest after so long.
RAREST = timedelta(hours=6)
NOT_MODIFIED, OK = 304, 200
tell_faults({"feed.unreadable": _("what it answers cannot be read; it is kept under Connectors")})


@dataclass(frozen=True)
class Answer:
    """What a feed answered."""

    status: int
    body: bytes
    etag: str = ""
    modified: str = ""


def due() -> None:
    """Ask every feed whose time has come, the deployment's and those that people entered; forget those that are gone."""
    wanted = feeds_polled()
    known = Feed.objects.using(alias())
    gone = [key for key in known.values_list("connector", flat=True) if is_polled(key) and key not in wanted]
    known.filter(connector__in=gone).delete()
    for key, (url, area, code) in wanted.items():
        feed, _new = known.get_or_create(connector=key, defaults={"url": url})
        if feed.url != url:  # another address: nothing that the old one said holds
            feed.url, feed.etag, feed.modified, feed.failed, feed.next_at = url, "", "", 0, None
        if feed.next_at is None or feed.next_at <= clock.now():
            own = replace(
                current(), actor=f"system:{key.partition(':')[0]}:{code}", authorities=(Authority(area, frozenset({"*"})),)
            )
            with entered(own if area else current()):
                ask(feed)


def ask(feed: Feed) -> None:
    """Ask one feed, take in what is new, and note how it went."""
    code = feed.connector.partition(":")[0]
    connector = CONNECTORS.get(code) if code in CONNECTORS else None
    feed.asked_at, every = clock.now(), timedelta(hours=1)
    body = b""
    try:
        if connector is None or connector.poll is None:
            raise NotOutside(f"{code} is no feed that is polled")
        every = connector.poll.every
        answer = asyncio.run(_fetched(feed))
        body = answer.body
        if answer.status == OK:
            feed.last_result = connector.poll.take(body)[:300]
            feed.etag, feed.modified, feed.took_at = answer.etag, answer.modified, feed.asked_at
        elif answer.status != NOT_MODIFIED:
            raise NotOutside(f"HTTP {answer.status}", passing=True)
        feed.failed, feed.fault = 0, ""
    except (DatabaseError, InterfaceError):
        raise  # nothing was taken, nothing is noted: asked again in a minute
    except (NotOutside, httpx.HTTPError, TimeoutError, Refusal, ValueError) as error:
        said = (str(error) or type(error).__name__)[:300]
        feed.failed, feed.fault = feed.failed + 1, said
        if body:
            note_refused(code, body, said)
            feed.fault = said if isinstance(error, NotOutside) else coded("feed.unreadable", said=said)
    feed.next_at = feed.asked_at + min(every * 2 ** min(feed.failed, 10), max(RAREST, every))
    feed.save(using=alias())


async def _fetched(feed: Feed) -> Answer:
    """Get a feed's body, or that it has not changed."""
    parts = urlsplit(feed.url)
    ip = resolved(parts, inside=settings.ANLAN_WEBHOOK_PRIVATE)
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Anlan"}
    headers |= {"If-None-Match": feed.etag} if feed.etag else {}
    headers |= {"If-Modified-Since": feed.modified} if feed.modified else {}
    client = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False)
    wanted = {"headers": headers, "extensions": {"sni_hostname": str(parts.hostname)}}
    async with asyncio.timeout(DEADLINE), client, client.stream("GET", pinned(parts, ip), **wanted) as answer:  # type: ignore[arg-type]
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise NotOutside(f"more than {MOST_BYTES} bytes", passing=True)
        told = answer.headers
        return Answer(answer.status_code, body, told.get("etag", "")[:200], told.get("last-modified", "")[:60])
