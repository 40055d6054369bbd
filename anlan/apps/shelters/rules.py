"""What may be promised: pure decisions about room."""

from __future__ import annotations

from decimal import Decimal


def people_on(area_m2: int, each: Decimal) -> int:
    """Return how many an area holds at the least area a person (GB 51143-2015, by class)."""
    return int(Decimal(area_m2) // each)


def room(capacity: int, inside: int) -> int:
    """Return how many more may come in; none where it is overfull already."""
    return max(capacity - inside, 0)
