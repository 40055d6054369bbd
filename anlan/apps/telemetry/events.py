"""What detection finds, told to whoever hears it within the transaction that judged the batch.

An alarm must be raised exactly once for a crossing, and the page must hear of it within a second. So these facts do not
travel through the outbox: whoever hears them acts in the transaction that also moves the detector's state, and both are
committed or neither (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LevelMoved:
    """A datastream's level moved: by which value over which threshold, at which instant."""

    hazard: str
    stream: int
    before: int
    after: int
    value: float
    threshold: float
    window_hours: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that one batch of readings came to: levels that moved, and the datastreams corrected and forecast anew."""

    batch: int
    moved: tuple[LevelMoved, ...] = ()
    corrected: tuple[int, ...] = ()
    foretold: tuple[int, ...] = ()


Hearer = Callable[[Found], None]
HEARERS: dict[str, Hearer] = {}


def hears(function: Hearer) -> Hearer:
    """Let a function of an upper app hear what each batch came to, in the transaction that judged it. It must not swallow errors."""
    HEARERS[f"{function.__module__}.{function.__name__}"] = function
    return function


def tell(found: Found) -> None:
    """Tell all who hear."""
    for hear in HEARERS.values():
        hear(found)
