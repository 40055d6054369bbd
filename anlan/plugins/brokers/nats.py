"""CAP at a NATS cluster (`NATS_URL`): the last word of each `anlan.cap.<identifier>` in the JetStream stream ANLAN_CAP.

A consumer that begins with the last word of each subject hears what is in force. What ended a warning stays a day in its place, so that
whoever was away meanwhile hears it too; a warning that ran out is cleared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import BROKERS, Broker, Topic
from anlan.lib import jetstream

STREAM, UNDER = "ANLAN_CAP", "anlan.cap"
STAYS = timedelta(days=1)


def peer() -> str:
    """Return where the servers are."""
    return jetstream.peer(settings.ANLAN_NATS)


def tell(topics: Sequence[Topic], patience: float) -> None:
    """Let each warning's message, or what ended it, be the last word of its subject."""
    words = [(f"{UNDER}.{one.identifier}", one.document) for one in topics]
    jetstream.keep(settings.ANLAN_NATS, STREAM, f"{UNDER}.>", words, STAYS, patience)


BROKERS.add(Broker(code="nats", name=_("NATS cluster"), peer=peer, tell=tell))
