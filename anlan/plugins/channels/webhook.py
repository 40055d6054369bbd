"""Webhook: a signed JSON POST to another system, or a text to a chat's group robot; addresses inside the house are refused unless the deployment allows them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Answer, Channel, ChannelFailure, Envelope, coded, tell_faults
from anlan.kit import clock
from anlan.lib import chat_robots, outside

#: Seconds for one send from its first byte to the receiver's status.
DEADLINE = 10.0
#: Client errors that another attempt may cure: timeout, too early, too many.
PASSING = {408, 425, 429}
tell_faults(
    {
        "robot.refused": _("The group robot did not take it: %(said)s"),
        "robot.too_long": _("Longer than the group robot takes (%(most)s bytes)"),
        "robot.loud": _("A group robot cannot be tested without the group seeing it"),
    }
)


def resolved(url: SplitResult) -> str:
    """Return the IP address to talk to; ChannelFailure if there is none or one lies inside."""
    try:
        return outside.resolved(url, inside=settings.ANLAN_WEBHOOK_PRIVATE)
    except outside.NotOutside as error:
        raise ChannelFailure(str(error), permanent=not error.passing) from error


def send(envelope: Envelope) -> str:
    """Post one message; the receiver has it with any 2xx, a group robot where its answer says so."""
    if robot := chat_robots.robot_of(urlsplit(envelope.address)):
        _say(robot, envelope)
    else:
        _post(envelope)
    return "delivered"


def probe(envelope: Envelope) -> str:
    """Post a test, signed as messages are, with `"test": true` and `X-Anlan-Test: 1`, by which a receiver knows to show nobody; any 2xx answers it."""
    if chat_robots.robot_of(urlsplit(envelope.address)):
        raise ChannelFailure(coded("robot.loud"), permanent=True, alone=True)
    return Answer(f"HTTP {_post(envelope, test=True)}")


def _say(robot: chat_robots.Robot, envelope: Envelope) -> None:
    """Let a group robot say one message; what it was asked too often for is tried again."""
    text = f"{envelope.subject}\n{envelope.body}".strip()
    if len(text.encode()) > robot.longest:
        raise ChannelFailure(coded("robot.too_long", most=robot.longest), permanent=True, alone=True)
    parts, body = chat_robots.post_of(robot, urlsplit(envelope.address), text, clock.now())
    said = _exchange(parts, json.dumps(body, ensure_ascii=False).encode(), {}, most=chat_robots.LONGEST_ANSWER)
    if why := chat_robots.refusal(robot, said[1]):
        raise ChannelFailure(coded("robot.refused", said=why[0]), permanent=not why[1], alone=True)


def _post(envelope: Envelope, **more: Any) -> int:
    """Post one message and return the status, a 2xx; 4xx is permanent but for 408, 425 and 429. Redirects are not followed.

    The connection goes to the very address that was checked: a name that resolves differently a moment later leads nowhere.
    With ANLAN_WEBHOOK_KEY the body is signed: `X-Anlan-Signature: sha256=<HMAC-SHA256 of the body>`.
    """
    body = json.dumps(
        {"key": envelope.key, "subject": envelope.subject, "body": envelope.body, **more}, ensure_ascii=False
    ).encode()
    headers = {"Idempotency-Key": envelope.key} | ({"X-Anlan-Test": "1"} if more else {})
    if key := settings.ANLAN_WEBHOOK_KEY:
        headers["X-Anlan-Signature"] = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
    return _exchange(urlsplit(envelope.address), body, headers)[0]


def _exchange(parts: SplitResult, body: bytes, headers: dict[str, str], *, most: int = 0) -> tuple[int, bytes]:
    """Post a body to an address, and return the status and so much of the answer; ChannelFailure where that is no 2xx."""
    ip = resolved(parts)
    headers = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json", **headers}
    auth = (parts.username or "", parts.password or "") if parts.username else None
    url = outside.pinned(parts, ip)
    extensions = {"sni_hostname": str(parts.hostname)}
    try:
        status, answer = asyncio.run(_posted(url, most, content=body, headers=headers, auth=auth, extensions=extensions))
    except TimeoutError:
        raise ChannelFailure(coded("no_answer", seconds=round(DEADLINE))) from None
    except httpx.HTTPError as error:
        raise ChannelFailure(str(error)) from error
    if not 200 <= status < 300:
        raise ChannelFailure(coded("http", status=status), permanent=400 <= status < 500 and status not in PASSING)
    return status, answer


async def _posted(url: str, most: int, **request: Any) -> tuple[int, bytes]:
    """Post, and return the status and so many bytes of the answer at most. The deadline is for the whole of it, whatever a receiver drips."""
    client, answer = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False), b""
    async with asyncio.timeout(DEADLINE), client, client.stream("POST", url, **request) as response:
        pieces = response.aiter_bytes()
        while len(answer) < most and (piece := await anext(pieces, b"")):
            answer += piece
        return response.status_code, answer[:most]


def host_of(address: str) -> str:
    """Return the receiver behind an address: host and port."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()[:255]
    except ValueError:
        return ""


CHANNELS.add(Channel(code="webhook", name=_("Webhook"), receipt="delivered", send=send, host=host_of, silent=probe))
