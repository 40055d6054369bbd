"""What an advisory comes to in the city: the wind of each town, and of each county the strongest within 12 and 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from anlan.apps.places import api as places
from anlan.apps.typhoons.models import Advisory
from anlan.lib import cyclones
from anlan.lib.cyclones import Blown, Centre

#: Classes 6, 8 and 10 by their least wind.
STRONG, GALE, STORM = (cyclones.CLASSES[n - 1] for n in (6, 8, 10))
WITHIN = (12, 24)


@dataclass(frozen=True)
class Reckoned:
    """Winds at the seats of towns along a track whose hours count from `start`."""

    start: datetime
    towns: Sequence[places.TownResidents]
    blown: Blown

    def instant(self, hour: float) -> datetime | None:
        """Return when an hour is, to the minute; None for nan."""
        return None if np.isnan(hour) else self.start + timedelta(minutes=round(float(hour) * 60))

    @property
    def strongest(self) -> float:
        """Return the strongest wind of any town."""
        return round(float(self.blown.wind.max(initial=0.0)), 1)

    @property
    def first_gale(self) -> datetime | None:
        """Return when class 8 first blows in any town."""
        hours = self.blown.first(GALE)
        return self.instant(float(np.nanmin(hours))) if not np.isnan(hours).all() else None

    def county_winds(self, now: datetime) -> dict[str, dict[int, float]]:
        """Return for each county the strongest wind of a town within so many hours from now."""
        here = (now - self.start) / timedelta(hours=1)
        found: dict[str, dict[int, float]] = {}
        for hours in WITHIN:
            strongest = self.blown.strongest(here, here + hours)
            for town, wind in zip(self.towns, strongest, strict=True):
                held = found.setdefault(town.code[:6], dict.fromkeys(WITHIN, 0.0))
                held[hours] = max(held[hours], round(float(wind), 1))
        return found


def track_of(advisory: Advisory, before: Sequence[Advisory]) -> tuple[list[Centre], bool]:
    """Return the track that an advisory tells, and whether it had to be carried on in a straight line: its agency foretold nothing.

    `before` are the same agency's earlier advisories, the oldest first.
    """
    track = advisory.track
    if advisory.foretells:
        return track, False
    earlier = [
        Centre((one.at - advisory.at) / timedelta(hours=1), one.location.x, one.location.y, one.wind or 0.0) for one in before
    ]
    return [*track, *cyclones.carried_on(earlier, track[0])], True


def reckon(advisory: Advisory, before: Sequence[Advisory], towns: Sequence[places.TownResidents]) -> Reckoned:
    """Work out the winds of towns."""
    track, _carried = track_of(advisory, before)
    return Reckoned(advisory.at, towns, cyclones.blown(track, [t.lon for t in towns], [t.lat for t in towns]))
