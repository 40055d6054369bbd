"""The hub of the public feed (W3C WebSub): who asks for it is asked back, then gets each new state of the feed, signed with its own secret.

What a subscriber was told last is kept as a digest and held against the feed every few seconds: nothing is lost with a process, and who
failed gets the newest state, not each that was missed. The connection goes to the very address that was checked; what lies inside the
house is refused (`ANLAN_WEBHOOK_PRIVATE`), redirects are not followed. Operational rows, like a heartbeat: no deeds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.apps.warning import atom
from anlan.apps.warning.models import HubSubscription
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.worlds import alias
from anlan.lib.outside import NotOutside, pinned, resolved

#: Seconds of a lease where none is asked for, at least and at most.
USUAL_LEASE, SHORTEST, LONGEST = 10 * 86_400, 3_600, 30 * 86_400
#: Characters of a callback, octets of a secret (the standard's limit), subscribers of one host and in all.
MOST_CALLBACK, MOST_SECRET, MOST_PER_HOST, MOST = 500, 200, 20, 1000
#: Seconds for one answer; so many are asked at once; so often a subscriber is asked back; waits between attempts.
DEADLINE, AT_ONCE, TRIES, FIRST_WAIT, LONGEST_WAIT = 10.0, 20, 4, timedelta(seconds=30), timedelta(hours=1)
#: So much of an answer is read: the challenge comes back in it.
MOST_ANSWER = 1_000
GONE = 410


@dataclass(frozen=True)
class Answered:
    """What a subscriber answered; `fault` where it did not, `passing` where another attempt may help."""

    status: int = 0
    body: bytes = b""
    fault: str = ""
    passing: bool = True

    @property
    def good(self) -> bool:
        """Return whether it took what it got."""
        return 200 <= self.status < 300


def ask(mode: str, topic: str, callback: str, lease: str = "", secret: str = "") -> HubSubscription:
    """Note that somebody wants the feed, or no more of it; Refusal in words. Nothing changes before it was asked back."""
    if mode not in ("subscribe", "unsubscribe"):
        raise Refusal(_("hub.mode must be subscribe or unsubscribe."), field="hub.mode")
    if topic != atom.links()["self"]:
        raise Refusal(_("This hub tells of one feed: %(feed)s.") % {"feed": atom.links()["self"]}, field="hub.topic")
    parts = _callback(callback)
    if len(secret.encode()) >= MOST_SECRET:
        raise Refusal(_("The secret must have fewer than 200 octets."), field="hub.secret")
    seconds = int(lease) if lease.isdecimal() and len(lease) < 12 else USUAL_LEASE
    wish = {"mode": mode, "lease": min(max(seconds, SHORTEST), LONGEST), "secret": secret}
    rows = HubSubscription.objects.using(alias())
    known = rows.filter(callback=callback).first()
    host = (parts.hostname or "").lower()
    if known is None and (rows.filter(host=host).count() >= MOST_PER_HOST or rows.count() >= MOST):
        raise Refusal(_("There are too many subscribers already."))
    row = known or HubSubscription(callback=callback, host=host, asked_at=clock.now())
    row.wish, row.wish_tries, row.wish_at = wish, 0, clock.now()
    row.save(using=alias())
    return row


def _callback(text: str) -> Any:
    """Return the parts of a callback's address; Refusal for what no subscriber can have."""
    try:
        parts = urlsplit(text)
        fits = (
            parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.username and not parts.fragment
        )
    except ValueError:
        fits = False
    if not fits or len(text) > MOST_CALLBACK:
        raise Refusal(_("The callback must be an http(s) address of at most 500 characters."), field="hub.callback")
    return parts


def tend() -> None:
    """Ask back who wants something, drop whose lease is over, and bring everybody up to date who is not."""
    rows, now = HubSubscription.objects.using(alias()), clock.now()
    if not rows.exists():  # nobody reads the feed, and this is asked every few seconds
        return
    rows.filter(until__lte=now, wish__isnull=True).delete()
    wishes = list(rows.filter(wish__isnull=False, wish_at__lte=now).order_by("id")[: 5 * AT_ONCE])
    challenges = {row.pk: secrets.token_urlsafe(24) for row in wishes}
    answers = asyncio.run(_together([_asked(row, challenges[row.pk]) for row in wishes])) if wishes else []
    feed = atom.document() if rows.filter(Q(until__gt=now) | Q(wish__isnull=False)).exists() else b""
    digest = hashlib.sha256(feed).hexdigest()
    for row, answer in zip(wishes, answers, strict=True):
        _settle_wish(row, answer, challenges[row.pk], digest)
    owed = list(rows.filter(until__gt=now, next_at__lte=now).exclude(told=digest).order_by("next_at", "id")[: 5 * AT_ONCE])
    told = asyncio.run(_together([_told(row, feed) for row in owed])) if owed else []
    for row, answer in zip(owed, told, strict=True):
        _settle_telling(row, answer, digest)


def _settle_wish(row: HubSubscription, answer: Answered, challenge: str, digest: str) -> None:
    now, wish = clock.now(), row.wish or {}
    row.wish_tries += 1
    agreed = answer.good and hmac.compare_digest(answer.body.strip(), challenge.encode())
    if agreed and wish["mode"] == "unsubscribe":
        row.delete(using=alias())
        return
    if not agreed and not answer.good and answer.passing and row.wish_tries < TRIES:
        row.wish_at, row.fault = now + FIRST_WAIT * 2 ** (row.wish_tries - 1), answer.fault
        row.save(using=alias())
        return
    if agreed:
        begins = row.until is None
        row.secret, row.until, row.fault = wish["secret"], now + timedelta(seconds=wish["lease"]), ""
        row.next_at, row.failures = now, 0
        row.told = digest if begins else row.told  # whoever comes has read the feed: it is told of what is new
    row.wish = None
    if row.until is None:
        row.delete(using=alias())  # it never agreed
        return
    row.save(using=alias())


def _settle_telling(row: HubSubscription, answer: Answered, digest: str) -> None:
    now = clock.now()
    if answer.status == GONE:
        row.delete(using=alias())
        return
    if answer.good:
        row.told, row.told_at, row.failures, row.fault, row.next_at = digest, now, 0, "", now
    else:
        row.failures += 1
        row.fault = (answer.fault or f"HTTP {answer.status}")[:300]
        row.next_at = now + min(FIRST_WAIT * 2 ** min(row.failures - 1, 10), LONGEST_WAIT)
    row.save(using=alias(), update_fields=["told", "told_at", "failures", "fault", "next_at"])


async def _together(asked: list[Coroutine[Any, Any, Answered]]) -> list[Answered]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(coroutine: Coroutine[Any, Any, Answered]) -> Answered:
        async with gate:
            return await coroutine

    return list(await asyncio.gather(*map(one, asked)))


async def _asked(row: HubSubscription, challenge: str) -> Answered:
    """Ask a subscriber whether it wants what somebody asked for in its name (verification of intent)."""
    wish = row.wish or {}
    query = {"hub.mode": wish["mode"], "hub.topic": atom.links()["self"], "hub.challenge": challenge}
    if wish["mode"] == "subscribe":
        query["hub.lease_seconds"] = str(wish["lease"])
    joined = "&" if urlsplit(row.callback).query else "?"
    return await _answer("GET", f"{row.callback}{joined}{urlencode(query)}", {}, b"")


async def _told(row: HubSubscription, feed: bytes) -> Answered:
    headers = {"Content-Type": atom.TYPE, "Link": atom.link_header()}
    if row.secret:
        headers["X-Hub-Signature"] = f"sha256={hmac.new(row.secret.encode(), feed, hashlib.sha256).hexdigest()}"
    return await _answer("POST", row.callback, headers, feed)


async def _answer(method: str, url: str, headers: dict[str, str], content: bytes) -> Answered:
    """Ask or tell one address within the deadline, whatever it drips."""
    try:
        parts = urlsplit(url)
        ip = await asyncio.to_thread(resolved, parts, inside=settings.ANLAN_WEBHOOK_PRIVATE)
        request: dict[str, Any] = {
            "headers": {**headers, "Host": parts.netloc, "User-Agent": "Anlan"},
            "extensions": {"sni_hostname": str(parts.hostname)},
            **({"content": content} if content else {}),
        }
        client = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False)
        async with asyncio.timeout(DEADLINE), client, client.stream(method, pinned(parts, ip), **request) as answer:
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MOST_ANSWER:
                    break
            return Answered(answer.status_code, body[:MOST_ANSWER], passing=answer.status_code >= 500)
    except NotOutside as error:
        return Answered(fault=str(error)[:300], passing=error.passing)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        return Answered(fault=(str(error) or type(error).__name__)[:300])


def subscriptions() -> list[HubSubscription]:
    """Return who gets the feed or asks for it, who fails first."""
    return list(HubSubscription.objects.using(alias()).order_by("-failures", "host", "id"))
