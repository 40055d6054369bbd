"""The few families of detectors that hazards name. A family is declared here and works on arrays in `detection`.

`quantities` are those whose datastreams are judged: thresholds and alarms stand on them. What is worked out first (a rate, a
day's index, the level of a whole) is a quantity of its own, with a derivation (`kinds.derivations`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Value:
    """Grade the newest value: up at once, down once it is clear of its threshold by the hysteresis (in the quantity's unit).

    Of the quantities in `falling` the lower, the graver (cold, visibility, freeboard).
    """

    quantities: tuple[str, ...]
    hysteresis: Mapping[str, float] = field(default_factory=dict)
    falling: tuple[str, ...] = ()

    @property
    def windows(self) -> tuple[int, ...]:
        """Return the hours over which is summed: none."""
        return ()

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [
            f"says something of {q!r}, which it does not watch"
            for q in (*self.hysteresis, *self.falling)
            if q not in self.quantities
        ]


@dataclass(frozen=True)
class State:
    """Grade the state that a device reports: a threshold is the number of the state that stands for its level."""

    quantities: tuple[str, ...]

    @property
    def windows(self) -> tuple[int, ...]:
        """Return the hours over which is summed: none."""
        return ()

    @property
    def falling(self) -> tuple[str, ...]:
        """Return of which quantities less is graver: states are not compared."""
        return ()

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return []


@dataclass(frozen=True)
class Sums:
    """Grade the sums over so many hours; a level is left once every sum has stayed under `clear_share` of it for `clear_after`."""

    quantities: tuple[str, ...]
    windows: tuple[int, ...]
    clear_share: float = 1.0
    clear_after: timedelta = timedelta(0)

    @property
    def falling(self) -> tuple[str, ...]:
        """Return of which quantities less is graver: never of a sum."""
        return ()

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [] if self.windows else ["sums over no hours"]


Detector = Value | State | Sums
