"""Sandbox 沙箱: takes every message and lets nothing leave; the only channel of an exercise."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import CHANNELS, Channel, Envelope


def send(envelope: Envelope) -> str:
    """Say delivered and do nothing."""
    return "delivered"


CHANNELS.add(Channel(code="sandbox", name=_("Sandbox"), receipt="delivered", send=send))
