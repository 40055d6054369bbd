"""Delivery: hand each owed event to its listener, serially per owner, exactly once for what the listener writes.

The listener runs in the transaction that marks its delivery done: both happen or neither. What leaves the house is
sent later from rows that listeners write (the messages app), so a crash can repeat a send but never lose one.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import connections, transaction

from anlan.kit.clock import real_now
from anlan.kit.events import LISTENERS, revive
from anlan.kit.models import Delivery
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
NEXT = """
SELECT d.* FROM kit_delivery d
WHERE d.state = 'pending' AND d.next_at <= %s
  AND NOT EXISTS (SELECT 1 FROM kit_delivery e WHERE e.state = 'pending' AND e.handler = d.handler
                  AND e.aggregate = d.aggregate AND e.id < d.id)
ORDER BY d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""
TOGETHER = """
UPDATE kit_delivery SET state = 'done', done_at = %s, error = ''
WHERE id IN (SELECT id FROM kit_delivery WHERE handler = %s AND state = 'pending' AND id <> %s FOR UPDATE SKIP LOCKED)
"""


def drain(world: World = "live", limit: int | None = None) -> int:
    """Deliver what is due in a world until nothing is left (or `limit` deliveries); return how many were tried."""
    tried = 0
    while (limit is None or tried < limit) and _deliver_next(world):
        tried += 1
    return tried


def pending(world: World = "live") -> int:
    """Count the deliveries still owed in a world."""
    return unscoped(Delivery, ALIASES[world]).filter(state=Delivery.State.PENDING).count()


def _deliver_next(world: World) -> bool:
    using = ALIASES[world]
    with entered(Scope.everything("system:outbox", world)), transaction.atomic(using=using):
        owed = next(iter(unscoped(Delivery, using).raw(NEXT, [real_now()])), None)
        if owed is None:
            return False
        owed.attempts += 1
        try:
            with transaction.atomic(using=using):
                _settle_together(owed, using)
                _hand_over(owed, world)
        except Exception as error:  # noqa: BLE001  the runner must survive any listener and say what happened
            log.exception("listener %s failed on event %s", owed.handler, owed.event_id)
            owed.error = f"{type(error).__name__}: {error}"[:2000]
            dead = owed.attempts >= MAX_ATTEMPTS
            owed.state = Delivery.State.DEAD if dead else Delivery.State.PENDING
            owed.next_at = real_now() + timedelta(seconds=min(2**owed.attempts, 600))
        else:
            owed.state, owed.done_at, owed.error = Delivery.State.DONE, real_now(), ""
        owed.save(using=using)
    return True


def _settle_together(owed: Delivery, using: str) -> None:
    """Mark as done what else waits for a reaction that weighs how things stand: the run that follows sees all of it.

    What another process holds, and what is committed later, keeps its own run.
    """
    if not any(one.together for one in LISTENERS.get(owed.event.name, ()) if one.name == owed.handler):
        return
    with connections[using].cursor() as cursor:
        cursor.execute(TOGETHER, [real_now(), owed.handler, owed.pk])


def _hand_over(owed: Delivery, world: World) -> None:
    event = owed.event
    listener = next((one for one in LISTENERS.get(event.name, ()) if one.name == owed.handler), None)
    if listener is None:
        raise LookupError(f"no listener named {owed.handler} is installed")
    with entered(Scope.everything(f"system:{owed.handler.removeprefix('anlan.apps.')}", world, cause=f"event:{event.pk}")):
        listener.run(revive(event.name, event.payload))
