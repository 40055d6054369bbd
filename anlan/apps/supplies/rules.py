"""Which lots are taken: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class LotLeft:
    """How much of a lot is there, and until when it keeps (None: it does not spoil)."""

    lot: Any
    quantity: Decimal
    expires_on: date | None


@dataclass(frozen=True)
class Picked:
    """What is taken of which lot, and how much is missing."""

    lots: tuple[tuple[Any, Decimal], ...]
    short: Decimal


def first_expired_first(left: Iterable[LotLeft], wanted: Decimal, today: date) -> Picked:
    """Take from the lot that expires first; what has expired is never given out."""
    usable = sorted(
        (lot for lot in left if not lot.expires_on or lot.expires_on >= today), key=lambda lot: lot.expires_on or date.max
    )
    taken = []
    for lot in usable:
        share = min(lot.quantity, wanted)
        if share > 0:
            taken.append((lot.lot, share))
            wanted -= share
    return Picked(tuple(taken), wanted)
