"""CAP for other systems at brokers: each warning in force stands there on a topic of its own, and is gone when it is over.

What is there is held against what is in force every few seconds, so that nothing is lost with a broker that was away or forgot. Whoever
listens hears the message that ended a warning, the update or the cancellation, before its topic is cleared.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anlan.apps.messages import api as messages
from anlan.apps.warning import cap, queries
from anlan.apps.warning.kinds import BROKERS, Broker, Topic
from anlan.apps.warning.models import BrokerHealth, BrokerTopic, Warning
from anlan.kit import clock
from anlan.kit.worlds import alias

log = logging.getLogger(__name__)
#: Seconds for a broker to confirm.
PATIENCE = 3.0
#: One that failed is left alone for so long; what stands is said again so often.
REST, AGAIN = timedelta(seconds=30), timedelta(minutes=10)


def reconcile(broker: Broker) -> int:
    """Bring a broker's topics up to date; returns how many it was told. Nothing is noted that it did not confirm."""
    if not broker.peer() or _rests(broker):
        return 0
    known = BrokerTopic.objects.using(alias()).filter(broker=broker.code)
    held = {row.warning: row for row in known}
    wanted = {w.pk: w for w in queries.in_force()}
    said_before = clock.real_now() - AGAIN
    fresh = [w for pk, w in wanted.items() if pk not in held or held[pk].told_at < said_before]
    over = [row for pk, row in held.items() if pk not in wanted]
    topics = [Topic(w.identifier, cap.document(w)) for w in fresh] + [_ended(row) for row in over]
    if not topics:
        return 0
    try:
        broker.tell(topics, PATIENCE)
    except OSError as error:
        log.warning("warning: %s %s: CAP is not published yet: %s", broker.code, broker.peer(), error)
        _note(broker, str(error) or type(error).__name__)
        return 0
    _note(broker, "")
    for w in fresh:
        values = {"identifier": w.identifier, "told_at": clock.real_now()}
        known.update_or_create(broker=broker.code, warning=w.pk, defaults=values)
    known.filter(warning__in=[row.warning for row in over]).delete()
    return len(topics)


def _ended(row: BrokerTopic) -> Topic:
    by: Warning | None = queries.successor(row.warning)
    return Topic(row.identifier, cap.document(by) if by is not None else b"", over=True)


def _rests(broker: Broker) -> bool:
    failed = BrokerHealth.objects.using(alias()).filter(broker=broker.code, tried_at__gt=clock.real_now() - REST)
    return bool(failed.exclude(error="").exists())


def _note(broker: Broker, error: str) -> None:
    values = {"tried_at": clock.real_now(), "error": error[:300]}
    BrokerHealth.objects.using(alias()).update_or_create(broker=broker.code, defaults=values)


@dataclass(frozen=True)
class Standing:
    """How a broker stands: how many of the warnings in force are at it, and what went wrong last."""

    name: Any
    peer: str
    told: int
    wanted: int
    tried_at: datetime | None
    fault: str


def standings() -> list[Standing]:
    """Return how every broker stands that is set."""
    health = {row.broker: row for row in BrokerHealth.objects.using(alias())}
    wanted = set(queries.in_force().values_list("pk", flat=True))
    found = []
    for broker in BROKERS:
        if peer := broker.peer():
            row = health.get(broker.code)
            told = BrokerTopic.objects.using(alias()).filter(broker=broker.code, warning__in=wanted).count()
            fault = messages.in_words(row.error) if row else ""
            found.append(Standing(broker.name, peer, told, len(wanted), row.tried_at if row else None, fault))
    return found
