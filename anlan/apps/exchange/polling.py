"""Feeds that are asked: a CAP message, a list of 12379, or Atom or RSS that links to messages; only for what is new, more rarely while they fail.

The connection goes to the very address that was checked; what lies inside the house is refused (`ANLAN_WEBHOOK_PRIVATE`).
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from lxml import etree

from anlan.apps.exchange import actions, queries, reading, rules
from anlan.apps.exchange.models import Feed, Poll
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.lib import warning_lists
from anlan.lib.outside import NotOutside, pinned, resolved
from anlan.lib.weather_signals import is_signal

EVERY, RAREST, DEADLINE = timedelta(minutes=1), timedelta(hours=1), 20.0
#: So many messages of a feed are asked for at once, and so many are remembered as seen.
MOST, SEEN = 50, 500
ATOM, CAP = "{http://www.w3.org/2005/Atom}", "application/cap+xml"
OK, NOT_MODIFIED = 200, 304


def due() -> None:
    """Ask every feed whose time has come."""
    for feed, poll in queries.to_ask():
        ask(feed, poll)


def ask(feed: Feed, poll: Poll) -> None:
    """Ask one feed, take in what is new, and note how it went."""
    poll.asked_at = clock.now()
    try:
        status, body, etag = asyncio.run(fetched(feed.url, poll.etag))
        if status == OK:
            poll.told, poll.fault, whole = _taken(feed, poll, body)
            poll.etag = etag if whole else ""
        elif status != NOT_MODIFIED:
            raise NotOutside(f"HTTP {status}", passing=True)
        elif poll.failed:
            poll.fault = ""
        poll.failed = 0
    except (NotOutside, Refusal, httpx.HTTPError, TimeoutError, ValueError, etree.XMLSyntaxError) as error:
        poll.failed, poll.fault = poll.failed + 1, (str(error) or type(error).__name__)[:300]
    poll.next_at = poll.asked_at + min(EVERY * 2 ** min(poll.failed, 8), RAREST)
    queries.noted(poll)


def _taken(feed: Feed, poll: Poll, body: bytes) -> tuple[str, str, bool]:
    """Take in what a feed's answer holds or links to; returns how many, what the last refused one said, and whether nothing new was left."""
    counted, fault = {"taken": 0, "refused": 0}, ""
    messages, left = _new(feed, poll, body, counted)
    for mark, held in messages:
        xml = held or asyncio.run(fetched(mark, ""))[1]
        try:
            actions.take_in(feed=feed, message=ContentFile(xml, name="message.xml"))
            counted["taken"] += 1
        except Refusal as refusal:
            counted["refused"] += 1
            fault = reading.which(xml, refusal)
        poll.seen = [*poll.seen, mark][-SEEN:] if mark else poll.seen
    return ", ".join(f"{name} {n}" for name, n in counted.items()), fault, not left


def _new(feed: Feed, poll: Poll, body: bytes, counted: dict[str, int]) -> tuple[list[tuple[str, bytes]], bool]:
    """Return the messages of an answer that were not seen, each by what it is remembered by, and whether more are left for the next time."""
    if warning_lists.is_list(body):
        found, counted["elsewhere"] = reading.for_us(body)
        marked = [(sha256(one).hexdigest(), one) for one in found]
    elif is_signal(body) or (links := links_of(body, feed.url)) is None:
        return [("", body)], False
    else:
        marked = [(link, b"") for link in links]
    new = [(mark, one) for mark, one in marked if mark not in poll.seen]
    return new[:MOST], len(new) > MOST


def links_of(body: bytes, base: str) -> list[str] | None:
    """Return the messages that Atom or RSS links to, on the feed's own host; None for what is a message itself."""
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    name = etree.QName(root).localname
    if name == "feed":
        linked = [link for entry in root.iter(f"{ATOM}entry") for link in entry.iter(f"{ATOM}link")]
        cap = [link.get("href", "") for link in linked if link.get("type") == CAP] or [link.get("href", "") for link in linked]
    elif name == "rss":
        cap = [(node.text or "").strip() for node in root.iter("link")][1:]
    else:
        return None
    host = urlsplit(base).hostname
    found = [urljoin(base, link) for link in cap if link]
    return list(dict.fromkeys(link for link in found if urlsplit(link).hostname == host))


async def fetched(url: str, etag: str) -> tuple[int, bytes, str]:
    """Get status, body and tag of an address outside; NotOutside for one inside or a body beyond the limit."""
    parts = urlsplit(url)
    ip = resolved(parts, inside=settings.ANLAN_WEBHOOK_PRIVATE)
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Anlan"} | ({"If-None-Match": etag} if etag else {})
    client = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False)
    more = {"headers": headers, "extensions": {"sni_hostname": str(parts.hostname)}}
    async with asyncio.timeout(DEADLINE), client, client.stream("GET", pinned(parts, ip), **more) as answer:  # type: ignore[arg-type]
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > rules.MOST_LIST:
                raise NotOutside("the answer is too large", passing=True)
        return answer.status_code, body, answer.headers.get("etag", "")[:200]
