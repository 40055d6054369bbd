"""Web push 浏览器推送 (`ANLAN_VAPID_KEY`): a browser that was registered on the public page shows the message, also when its page is closed.

The push service of the browser's maker (Google, Mozilla, Apple) carries what only the browser can read; that it took it is "sent", and no
receipt says that it was shown. 404 and 410 say that the browser is registered no more: permanent. Addresses inside the house are refused.
"""

from __future__ import annotations

import asyncio
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid02

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope, coded, tell_faults
from anlan.lib import outside, web_push

#: Seconds for one send; how long the push service keeps it for a browser that is away; how long our word of who we are holds.
DEADLINE, KEPT, HOLDS = 10.0, 6 * 3600, 12 * 3600
#: Client errors that another attempt may cure: timeout, too early, too many.
PASSING = {408, 425, 429}
#: The browser is registered no more.
GONE = {404, 410}


@lru_cache(4)
def _sender(key: str) -> Vapid02:
    return web_push.sender(key)


def send(envelope: Envelope) -> str:
    """Hand one message to the push service of its browser."""
    if not settings.ANLAN_VAPID_KEY:
        raise ChannelFailure(coded("web_push.unset"), permanent=True)
    try:
        to, own = web_push.browser(envelope.address, plain=settings.ANLAN_WEBHOOK_PRIVATE), _sender(settings.ANLAN_VAPID_KEY)
    except web_push.NoBrowser:
        raise ChannelFailure(coded("web_push.address"), permanent=True) from None
    except ValueError:
        raise ChannelFailure(coded("web_push.key"), permanent=True) from None
    parts = urlsplit(to.endpoint)
    try:
        ip = outside.resolved(parts, inside=settings.ANLAN_WEBHOOK_PRIVATE)
    except outside.NotOutside as error:
        raise ChannelFailure(str(error), permanent=not error.passing) from error
    subject = settings.ANLAN_PUBLIC_URL if settings.ANLAN_PUBLIC_URL.startswith("https:") else "mailto:nobody@localhost"
    headers = {
        "Host": parts.netloc,
        "Authorization": web_push.word_of(own, to, subject, int(time.time()) + HOLDS),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT),
        "Urgency": "high",
    }
    content = web_push.sealed(web_push.told({"key": envelope.key, "title": envelope.subject, "body": envelope.body}), to)
    more: dict[str, Any] = {"headers": headers, "content": content, "extensions": {"sni_hostname": str(parts.hostname)}}
    try:
        status = asyncio.run(_posted(outside.pinned(parts, ip), **more))
    except TimeoutError:
        raise ChannelFailure(coded("no_answer", seconds=round(DEADLINE))) from None
    except httpx.HTTPError as error:
        raise ChannelFailure(str(error) or type(error).__name__) from error
    if not 200 <= status < 300:
        fault = coded("web_push.gone") if status in GONE else coded("http", status=status)
        raise ChannelFailure(fault, permanent=400 <= status < 500 and status not in PASSING)
    return "sent"


async def _posted(url: str, **request: Any) -> int:
    client = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False)
    async with asyncio.timeout(DEADLINE), client, client.stream("POST", url, **request) as answer:
        return answer.status_code


def host_of(address: str) -> str:
    """Return the push service behind an address: host and port."""
    try:
        return urlsplit(address.partition(" ")[0]).netloc.lower()[:255]
    except ValueError:
        return ""


tell_faults(
    {
        "web_push.unset": _("no key for web push is set (ANLAN_VAPID_KEY)"),
        "web_push.key": _("the key for web push (ANLAN_VAPID_KEY) is none"),
        "web_push.address": _("this is not the address of a browser"),
        "web_push.gone": _("the browser is registered no more"),
    }
)

CHANNELS.add(
    Channel(
        code="web_push", name=_("Web push"), receipt="sent", send=send, host=host_of, ready=lambda: bool(settings.ANLAN_VAPID_KEY)
    )
)
