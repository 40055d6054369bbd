"""Webhook: a signed JSON POST to another system; addresses inside the house are refused unless the deployment allows them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope

#: Global by their prefix, yet they lead to whatever IPv4 address they carry: NAT64 (RFC 6052, 8215), 6to4, Teredo.
TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
#: Seconds for one send from its first byte to the receiver's status.
DEADLINE = 10.0
#: Client errors that another attempt may cure: timeout, too early, too many.
PASSING = {408, 425, 429}


def lies_inside(address: str) -> bool:
    """Return whether an IP address may lead into the house: private, loopback, link-local, multicast, translated."""
    ip = ipaddress.ip_address(address.split("%")[0])
    return not ip.is_global or ip.is_multicast or any(ip in net for net in TRANSLATED if net.version == ip.version)


def resolved(parts: SplitResult) -> str:
    """Return the IP address to talk to; ChannelFailure if there is none or one lies inside (SSRF, OWASP ASVS 5)."""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ChannelFailure(f"{parts.geturl()} is not an http(s) address", permanent=True)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise ChannelFailure(f"{parts.hostname} cannot be found") from error
    addresses = [str(address[0]) for *_rest, address in found]
    if not settings.ANLAN_WEBHOOK_PRIVATE and any(map(lies_inside, addresses)):
        raise ChannelFailure(f"{parts.hostname} lies inside the private network", permanent=True)
    return addresses[0]


def send(envelope: Envelope) -> str:
    """Post one message; any 2xx is "delivered", 4xx is permanent but for 408, 425 and 429. Redirects are not followed.

    The connection goes to the very address that was checked: a name that resolves differently a moment later leads nowhere.
    With ANLAN_WEBHOOK_KEY the body is signed: `X-Anlan-Signature: sha256=<HMAC-SHA256 of the body>`.
    """
    parts = urlsplit(envelope.address)
    ip = resolved(parts)
    body = json.dumps({"key": envelope.key, "subject": envelope.subject, "body": envelope.body}, ensure_ascii=False).encode()
    host = parts.netloc.rpartition("@")[2]
    headers = {"Host": host, "Content-Type": "application/json", "Idempotency-Key": envelope.key}
    if key := settings.ANLAN_WEBHOOK_KEY:
        headers["X-Anlan-Signature"] = f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"
    target = (f"[{ip}]" if ":" in ip else ip) + (f":{parts.port}" if parts.port else "")
    auth = (parts.username or "", parts.password or "") if parts.username else None
    url = parts._replace(netloc=target).geturl()
    extensions = {"sni_hostname": str(parts.hostname)}
    try:
        status = asyncio.run(_posted(url, content=body, headers=headers, auth=auth, extensions=extensions))
    except TimeoutError:
        raise ChannelFailure(f"no answer within {DEADLINE:g} s") from None
    except httpx.HTTPError as error:
        raise ChannelFailure(str(error)) from error
    if not 200 <= status < 300:
        raise ChannelFailure(f"HTTP {status}", permanent=400 <= status < 500 and status not in PASSING)
    return "delivered"


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


CHANNELS.add(Channel(code="webhook", name=_("Webhook"), receipt="delivered", send=send, host=host_of))
