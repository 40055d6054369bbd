"""What detection finds, told to whoever hears it within the transaction that judged the batch.

An alarm must be raised exactly once for a crossing, and the page must hear of it within a second. So these facts do not
travel through the outbox: whoever hears them acts in the transaction that also moves the detector's state, and both are
committed or neither (docs/adr/0007). What is more than one transaction should carry out at once waits in a table of its own,
written in that transaction too, and is told in the next ones (`detection.telling`, docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LevelMoved:
    """A datastream's level moved: by which value over which threshold, at which instant, told by which batch of readings."""

    hazard: str
    stream: int
    before: int
    after: int
    value: float
    threshold: float
    window_hours: int
    at: datetime
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What batches of readings came to: levels that moved, in their order, then the datastreams corrected and forecast anew."""

    moved: tuple[LevelMoved, ...] = ()
    corrected: tuple[int, ...] = ()
    foretold: tuple[int, ...] = ()


Hearer = Callable[[Found], None]
HEARERS: dict[str, Hearer] = {}


def hears(function: Hearer) -> Hearer:
    """Let a function of an upper app hear what readings came to, in the transaction that judged it. It must not swallow errors."""
    HEARERS[f"{function.__module__}.{function.__name__}"] = function
    return function


def tell(found: Found) -> None:
    """Tell all who hear."""
    for hear in HEARERS.values():
        hear(found)
