"""Pure decisions of upkeep: what a finished work must tell, what is due, which stations stand in one place, how dense a network is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from anlan.apps.upkeep.choices import WorkKind

EARTH = 6_371_008.8


def lacking(kind: str, given: Mapping[str, object]) -> str:
    """Return which field a finished work of a kind lacks; "" where it has all."""
    asked = {WorkKind.CALIBRATION: ("standard", "found", "left"), WorkKind.REPLACEMENT: ("new_serial",)}.get(WorkKind(kind), ())
    return next((name for name in ("result", *asked) if given.get(name) in (None, "")), "")


def due(last: datetime | None, first: datetime, days: int) -> datetime:
    """Return when a work falls due: so many days after the last one, or after the station came where there was none."""
    return (last or first) + timedelta(days=days)


def places_of(lon: Sequence[float], lat: Sequence[float], metres: float) -> NDArray[np.int64]:
    """Return of each point the place that it stands in: points within so many metres of each other, or of a third, are one place."""
    x, y = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    place = np.arange(len(x))
    if len(x) < 2:
        return place
    east = (x[:, None] - x[None, :]) * np.cos((y[:, None] + y[None, :]) / 2)
    near = EARTH * np.hypot(east, y[:, None] - y[None, :]) <= metres
    while True:  # each takes the least number among those near it, until nothing moves
        least = np.where(near, place[None, :], len(x)).min(axis=1)
        if (least == place).all():
            return place
        place = least


@dataclass(frozen=True)
class Density:
    """How many gauges a county has and how many of them work, a place counted once, on its area in km²."""

    county: str
    stations: int
    places: int
    working: int
    km2: float
    vague: int = 0

    @property
    def per_100(self) -> float | None:
        """Return the working places per 100 km²."""
        return 100 * self.working / self.km2 if self.km2 else None

    def short(self, target: float) -> int:
        """Return how many more working places the target asks for."""
        return max(0, int(np.ceil(target * self.km2 / 100)) - self.working)
