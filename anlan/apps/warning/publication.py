"""CAP for other systems at the broker of devices: each warning in force is retained on a topic of its own, and cleared when it is over.

What is there is held against what is in force every few seconds, so that nothing is lost with a broker that was away or forgot. Whoever
listens hears, before a topic is cleared, the message that ended it: the update or the cancellation.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from anlan.apps.warning import cap, queries
from anlan.apps.warning.models import CapTopic, Warning
from anlan.kit import clock
from anlan.kit.worlds import alias
from anlan.lib import mqtt

log = logging.getLogger(__name__)
TOPIC = "anlan/cap/{identifier}"
#: Seconds for the broker to confirm; one that does not is left alone for so long; what is retained is said again so often.
PATIENCE, REST, AGAIN = 3.0, 30.0, timedelta(minutes=10)
_rests_until = [0.0]


def reconcile(url: str) -> int:
    """Bring the broker's topics up to date; returns how many messages were published. Nothing is noted that it did not confirm."""
    broker = mqtt.broker(url)
    if broker is None or time.monotonic() < _rests_until[0]:
        return 0
    held = {row.warning: row for row in CapTopic.objects.using(alias())}
    wanted = {w.pk: w for w in queries.in_force()}
    said_before = clock.real_now() - AGAIN
    fresh = [w for pk, w in wanted.items() if pk not in held or held[pk].told_at < said_before]
    over = [row for pk, row in held.items() if pk not in wanted]
    messages = [(TOPIC.format(identifier=w.identifier), cap.document(w), True) for w in fresh]
    for row in over:
        messages += _ending(row)
    if not messages:
        return 0
    if mqtt.tell(broker, messages, PATIENCE) < len(messages):
        log.warning("warning: %s: CAP is not published yet", broker.peer)
        _rests_until[0] = time.monotonic() + REST
        return 0
    for w in fresh:
        values = {"identifier": w.identifier, "told_at": clock.real_now()}
        CapTopic.objects.using(alias()).update_or_create(warning=w.pk, defaults=values)
    CapTopic.objects.using(alias()).filter(warning__in=[row.warning for row in over]).delete()
    return len(messages)


def _ending(row: CapTopic) -> list[tuple[str, bytes, bool]]:
    """Return what ends a topic: the message that replaced its warning, for whoever listens now, and then nothing."""
    topic = TOPIC.format(identifier=row.identifier)
    by: Warning | None = queries.successor(row.warning)
    return [*([(topic, cap.document(by), False)] if by is not None else []), (topic, b"", True)]
