"""The few ways in which the program works out one quantity from others; `detection.deriving` does it on arrays.

What is worked out is a reading like any other: of a datastream of the derived quantity at the same station (of an aggregate:
at the whole to which stations belong). Its course, thresholds, alarms and words need nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

HOW = ("max", "min", "mean", "sum")
#: Columns, one for each source (of a day's index: days × stations), to what they come to; nan where nothing can be said.
Index = Callable[..., NDArray[np.float64]]


@dataclass(frozen=True)
class Rate:
    """The change a day since the newest reading at least `over` ago and at most `oldest`.

    With `steady` it is the tangent angle of creep in degrees; that rung is the datastream's own rate of steady creep a day.
    """

    of: str
    over: timedelta
    oldest: timedelta
    steady: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from."""
        return (self.of,)

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [] if timedelta(0) < self.over < self.oldest else ["has a rate over no time"]


@dataclass(frozen=True)
class Rolling:
    """The max, min or mean of the last `over`."""

    of: str
    over: timedelta
    how: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from."""
        return (self.of,)

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [] if self.how in HOW[:3] else [f"rolls by {self.how!r}, which is none of {', '.join(HOW[:3])}"]


@dataclass(frozen=True)
class Daily:
    """An index of the 24 h that end at `hour` (UTC), worked out once they are over from `days` days of daily values.

    `of` names each source and how a day of it is one value; `index` gets them in that order, and then the datastream's own
    numbers by the rungs of `own`.
    """

    of: tuple[tuple[str, str], ...]
    index: Index
    days: int
    hour: int
    rungs: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from."""
        return tuple(dict.fromkeys(source for source, _how in self.of))

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [f"takes a day by {how!r}, which is none of {', '.join(HOW)}" for _source, how in self.of if how not in HOW]


@dataclass(frozen=True)
class Aggregate:
    """The level of a whole by the levels at which a hazard's points stand, of the stations that are part of it.

    Points of one quantity make an item, items the whole: so many at a level are one of the next. How many stands in the
    whole's own thresholds, by the three rungs of `counts` (blue to yellow, yellow to orange, orange to red).
    """

    hazard: str
    counts: tuple[str, str, str]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from: no quantity, but what its hazard has judged."""
        return ()

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return []


@dataclass(frozen=True)
class Count:
    """How many stations in the area of its own station have a sum over `hours` that has reached the datastream's own number.

    That number stands in its thresholds by the rung `over`. Stations count by where they lie, whoever runs them.
    """

    of: str
    hours: int
    over: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from."""
        return (self.of,)

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [] if self.hours > 0 else ["counts sums over no hours"]


@dataclass(frozen=True)
class Formula:
    """A formula over several quantities of one station at one moment.

    Each reading of the first source is a moment; of every other source the nearest reading at most `within` from it belongs to it, of two
    as near the earlier. The formula gets nan for what a station did not tell then; what lacks one of `spared` is kept as an estimate.
    """

    of: tuple[str, ...]
    formula: Index
    within: timedelta = timedelta(0)
    spared: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Return what it is worked out from."""
        return self.of

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the sources without which it says nothing."""
        return tuple(source for source in self.of if source not in self.spared)

    def faults(self) -> list[str]:
        """Return what the declaration lacks, one sentence each."""
        return [
            *(["is a formula over one quantity alone"] if len(set(self.of)) < 2 else []),
            *(["takes for one moment what is no time apart"] if self.within < timedelta(0) else []),
            *(f"can spare {q!r}, which is none of its later sources" for q in self.spared if q not in self.of[1:]),
        ]


Derivation = Rate | Rolling | Daily | Aggregate | Count | Formula
