"""Which fence a vehicle breaks where it is: facts in, verdict out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

import shapely

from anlan.apps.geofences.choices import Broken, FenceKind


@dataclass(frozen=True)
class Area:
    """A fence as it is judged: its outline prepared, for which kind of station ("" all), and in which hours (None: always)."""

    id: int
    kind: str
    outline: Any
    concerns: str = ""
    limit_kmh: float | None = None
    since: time | None = None
    until: time | None = None

    def holds(self, station_kind: str, clock: time) -> bool:
        """Return whether it concerns such a station at such a time of day; hours may run over midnight."""
        if self.concerns not in ("", station_kind):
            return False
        if self.since is None or self.until is None:
            return True
        if self.since <= self.until:
            return self.since <= clock < self.until
        return clock >= self.since or clock < self.until


def broken(
    areas: Sequence[Area], lon: float, lat: float, kmh: float | None, station_kind: str, clock: time
) -> tuple[Broken, int]:
    """Return the gravest that is broken and by which fence (0: none). Of several to stay inside, being in one is enough."""
    point = shapely.Point(lon, lat)
    found = [(Broken.NOTHING, 0)]
    homes: list[int] = []
    at_home = False
    for area in areas:
        if not area.holds(station_kind, clock):
            continue
        inside = bool(area.outline.intersects(point))
        if area.kind == FenceKind.STAY_INSIDE:
            homes.append(area.id)
            at_home = at_home or inside
        elif inside and area.kind == FenceKind.NO_ENTRY:
            found.append((Broken.ENTERED, area.id))
        elif inside and area.limit_kmh is not None and kmh is not None and kmh > area.limit_kmh:
            found.append((Broken.TOO_FAST, area.id))
    if homes and not at_home:
        found.append((Broken.LEFT, homes[0]))
    return max(found, key=lambda one: one[0])
