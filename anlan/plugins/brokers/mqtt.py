"""CAP at the broker of devices (`MQTT_URL`): retained on `anlan/cap/<identifier>`, an empty message once the warning is over."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import BROKERS, Broker, Topic
from anlan.lib import mqtt

TOPIC = "anlan/cap/{identifier}"


def peer() -> str:
    """Return where the broker is."""
    to = mqtt.broker(settings.ANLAN_MQTT)
    return to.peer if to is not None else ""


def tell(topics: Sequence[Topic], patience: float) -> None:
    """Retain what is in force; say what ended a warning to whoever listens, and clear its topic."""
    to = mqtt.broker(settings.ANLAN_MQTT)
    assert to is not None
    words: list[tuple[str, bytes, bool]] = []
    for one in topics:
        where = TOPIC.format(identifier=one.identifier)
        if one.document:
            words.append((where, one.document, not one.over))
        if one.over:
            words.append((where, b"", True))
    if mqtt.tell(to, words, patience) < len(words):
        raise TimeoutError("timed out")


BROKERS.add(Broker(code="mqtt", name=_("MQTT broker"), peer=peer, tell=tell))
