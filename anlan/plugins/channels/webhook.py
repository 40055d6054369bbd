"""Webhook: a signed JSON POST to another system; addresses inside the house are refused unless the deployment allows them."""

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

from anlan.apps.messages.kinds import CHANNELS, Answer, Channel, ChannelFailure, Envelope, coded
from anlan.lib import outside

#: Seconds for one send from its first byte to the receiver's status.
DEADLINE = 10.0
#: Client errors that another attempt may cure: timeout, too early, too many.
PASSING = {408, 425, 429}


def resolved(url: SplitResult) -> str:
    """Return the IP address to talk to; ChannelFailure if there is none or one lies inside."""
    try:
        return outside.resolved(url, inside=settings.ANLAN_WEBHOOK_PRIVATE)
    except outside.NotOutside as error:
        raise ChannelFailure(str(error), permanent=not error.passing) from error


def send(envelope: Envelope) -> str:
    """Post one message; the receiver has it with any 2xx."""
    _post(envelope)
    return "delivered"


def probe(envelope: Envelope) -> str:
    """Post a test, signed as messages are, with `"test": true` and `X-Anlan-Test: 1`, by which a receiver knows to show nobody; any 2xx answers it."""
    return Answer(f"HTTP {_post(envelope, test=True)}")


def _post(envelope: Envelope, **more: Any) -> int:
    """Post one message and return the status, a 2xx; 4xx is permanent but for 408, 425 and 429. Redirects are not followed.

    The connection goes to the very address that was checked: a name that resolves differently a moment later leads nowhere.
    With ANLAN_WEBHOOK_KEY the body is signed: `X-Anlan-Signature: sha256=<HMAC-SHA256 of the body>`.
    """
    parts = urlsplit(envelope.address)
    ip = resolved(parts)
    body = json.dumps(
        {"key": envelope.key, "subject": envelope.subject, "body": envelope.body, **more}, ensure_ascii=False
    ).encode()
    host = parts.netloc.rpartition("@")[2]
    headers = {"Host": host, "Content-Type": "application/json", "Idempotency-Key": envelope.key}
    headers |= {"X-Anlan-Test": "1"} if more else {}
    if key := settings.ANLAN_WEBHOOK_KEY:
        headers["X-Anlan-Signature"] = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
    auth = (parts.username or "", parts.password or "") if parts.username else None
    url = outside.pinned(parts, ip)
    extensions = {"sni_hostname": str(parts.hostname)}
    try:
        status = asyncio.run(_posted(url, content=body, headers=headers, auth=auth, extensions=extensions))
    except TimeoutError:
        raise ChannelFailure(coded("no_answer", seconds=round(DEADLINE))) from None
    except httpx.HTTPError as error:
        raise ChannelFailure(str(error)) from error
    if not 200 <= status < 300:
        raise ChannelFailure(coded("http", status=status), permanent=400 <= status < 500 and status not in PASSING)
    return status


async def _posted(url: str, **request: Any) -> int:
    """Post and return the status. The deadline is for the whole of it, whatever a receiver drips; its answer's body is not read."""
    client = httpx.AsyncClient(timeout=DEADLINE, follow_redirects=False, trust_env=False)
    async with asyncio.timeout(DEADLINE), client, client.stream("POST", url, **request) as answer:
        return answer.status_code


def host_of(address: str) -> str:
    """Return the receiver behind an address: host and port."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()[:255]
    except ValueError:
        return ""


CHANNELS.add(Channel(code="webhook", name=_("Webhook"), receipt="delivered", send=send, host=host_of, silent=probe))
