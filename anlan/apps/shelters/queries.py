"""Readers of shelters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from anlan.apps.shelters.models import Opening, Shelter, Whereabouts
from anlan.kit import clock
from anlan.kit.ledger.places import key_of
from anlan.kit.records import readable


def inside(shelter: Shelter, at: datetime | None = None) -> int:
    """Return how many people are in a shelter, now or at an instant."""
    return int(sum(standing.quantity for standing in Whereabouts.left(shelter, at=at)))


def by_hour(shelter: Shelter, hours: int = 24) -> list[tuple[datetime, int]]:
    """Return how many were in a shelter at each of the last hours, the newest last: what is there now, less what moved since."""
    now, there = clock.now(), inside(shelter)
    since = Whereabouts.objects.filter(place=key_of(shelter), at__gt=now - timedelta(hours=hours))
    moves = list(since.values_list("at", "quantity"))
    instants = (now - timedelta(hours=back) for back in range(hours, -1, -1))
    return [(at, there - int(sum(quantity for moved, quantity in moves if moved > at))) for at in instants]


def waiting_to_open() -> Any:
    """Return the openings that are ordered and wait for their keeper."""
    return readable(Opening).filter(state=Opening.State.ORDERED).select_related("shelter")
