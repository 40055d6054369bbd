"""Webhook: a signed JSON POST to another system; private addresses are refused unless the deployment allows them."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope


def check_address(url: str) -> None:
    """Refuse what is not http(s) or resolves into the house (server-side request forgery, OWASP ASVS 5)."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ChannelFailure(f"{url} is not an http(s) address", permanent=True)
    if settings.ANLAN_WEBHOOK_PRIVATE:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise ChannelFailure(f"{parts.hostname} cannot be found") from error
    for *_rest, address in found:
        if not ipaddress.ip_address(address[0]).is_global:
            raise ChannelFailure(f"{parts.hostname} lies inside the private network", permanent=True)


def send(envelope: Envelope) -> str:
    """Post one message; any 2xx is "delivered", 4xx is permanent. Redirects are not followed."""
    check_address(envelope.address)
    body = json.dumps({"key": envelope.key, "subject": envelope.subject, "body": envelope.body}, ensure_ascii=False).encode()
    signature = hmac.new(settings.SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Idempotency-Key": envelope.key, "X-Anlan-Signature": f"sha256={signature}"}
    try:
        answer = httpx.post(envelope.address, content=body, headers=headers, timeout=10, follow_redirects=False)
    except httpx.HTTPError as error:
        raise ChannelFailure(str(error)) from error
    if not answer.is_success:
        raise ChannelFailure(
            f"HTTP {answer.status_code}", permanent=400 <= answer.status_code < 500 and answer.status_code != 429
        )
    return "delivered"


CHANNELS.add(Channel(code="webhook", name=_("Webhook"), receipt="delivered", send=send))
