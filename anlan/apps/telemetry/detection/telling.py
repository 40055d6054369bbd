"""Telling what readings came to: at once as much as one transaction should carry out, the rest in the next ones, in order.

What is left over is written in the transaction that judged it, so whoever comes next finds it there, however the first one ended; a
piece is told and taken away in one transaction. Nothing of a lane is judged before what waits of it has been told (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, get_type_hints

from django.db import models, transaction

from anlan.apps.telemetry.detection.waiting import LOCK
from anlan.apps.telemetry.events import Found, LevelMoved, tell
from anlan.apps.telemetry.intake.wire import run_together
from anlan.apps.telemetry.kinds.lanes import LOCKS
from anlan.apps.telemetry.models import Untold
from anlan.lib.facts import inward, outward

#: So much is carried out in one transaction: an alarm costs it one to two milliseconds, of which a fifth while it holds the journal.
MOST = 300


def tell_some(using: str, lane: int, found: Found) -> bool:
    """Tell as much of what was found as this transaction should carry out, and keep the rest for the next ones; return whether there is any."""
    pieces = list(_pieces(found))
    for piece in pieces[:1]:
        tell(piece)
    Untold.objects.using(using).bulk_create(Untold(lanes=lane, found=_written(piece)) for piece in pieces[1:])
    return len(pieces) > 1


def tell_next(using: str, lane: int) -> bool:
    """Tell the oldest piece that waits in a lane, which is locked, in the transaction in force; return whether there was one.

    A piece of several lanes is told by whoever comes first; the others wait for its row, and look again.
    """
    overlap = models.F("lanes").bitand(lane)
    row = Untold.objects.using(using).annotate(overlap=overlap).filter(overlap__gt=0).order_by("pk").first()
    if row is None:
        return False
    if Untold.objects.using(using).filter(pk=row.pk).delete()[0]:
        tell(_read(row.found))
    return True


def tell_waiting(using: str, lane: int) -> None:
    """Tell all that waits in a lane, each piece in a transaction of its own."""
    waits = True
    while waits:
        with transaction.atomic(using=using):
            run_together(using, [(LOCK, [LOCKS, lane])])
            waits = tell_next(using, lane)


def _pieces(found: Found) -> Iterator[Found]:
    """Cut what was found into pieces in its order: moves, then corrections, then forecasts."""
    for name in ("moved", "corrected", "foretold"):
        told = getattr(found, name)
        for first in range(0, len(told), MOST):
            yield Found(**{name: told[first : first + MOST]})


def _written(found: Found) -> dict[str, Any]:
    moved = [outward(astuple(move)) for move in found.moved]
    return {"moved": moved, "corrected": found.corrected, "foretold": found.foretold}


def _read(kept: dict[str, Any]) -> Found:
    hints = get_type_hints(LevelMoved).values()
    moved = [LevelMoved(*map(inward, hints, values)) for values in kept["moved"]]
    return Found(tuple(moved), tuple(kept["corrected"]), tuple(kept["foretold"]))
