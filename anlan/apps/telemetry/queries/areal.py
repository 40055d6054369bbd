"""Readers of rain over areas: means by town and county over hours, with the gauges that stand behind each.

By Thiessen's polygons on a grid of the towns' outlines. A gauge counts for a window when its good readings cover most of it and
it still reported near its end; which gauges those are differs from window to window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from django.db import connections

from anlan.apps.places import api as places
from anlan.apps.telemetry.kinds import measures
from anlan.apps.telemetry.models import Datastream
from anlan.apps.telemetry.queries.newest import NEWEST_VERSIONS, hours_between, newest_instant
from anlan.kit.scope import current
from anlan.kit.worlds import alias
from anlan.lib.areal import Ground, Means, ground, means

MAY_LOOK = "telemetry.view_station"
WINDOWS = (1, 3, 6, 24)
#: A point of ground within so many km of a gauge is near it; a gauge is heard when readings cover so much of a window (proposals, K-).
NEAR_KM, COVERED = 10.0, 0.75
STEP_KM = 1.0
HOUR = timedelta(hours=1)
COLUMNS = ", ".join(
    f"sum(value) FILTER (WHERE at > %(until)s - interval '{h} h'), count(*) FILTER (WHERE at > %(until)s - interval '{h} h')"
    for h in WINDOWS
)
SUMS = f"""
SELECT datastream_id, max(at), extract(epoch FROM max(at) - min(at)) / 3600, {COLUMNS}
FROM {NEWEST_VERSIONS} r WHERE flags = 0 GROUP BY datastream_id"""


@dataclass(frozen=True)
class Gauge:
    """A gauge on the ground: where it stands, and its sum over each window, nan where it was not heard for it."""

    station: int
    lon: float
    lat: float
    sums: tuple[float, ...]


@dataclass(frozen=True)
class Fallen:
    """What fell on an area, one entry a window: the mean (None: no gauge), the gauges behind it, the share of ground near one."""

    code: str
    mean: tuple[float | None, ...]
    gauges: tuple[int, ...]
    near: tuple[float, ...]
    highest: tuple[float | None, ...]


@dataclass(frozen=True)
class Rain:
    """Rain over areas as of an instant; `placeless` gauges stand nowhere and count for nothing."""

    at: datetime | None
    towns: tuple[Fallen, ...]
    counties: tuple[Fallen, ...]
    whole: Fallen | None
    gauges: tuple[Gauge, ...]
    placeless: int

    @property
    def heard(self) -> tuple[int, ...]:
        """Return how many gauges were heard, one entry a window."""
        return tuple(sum(not np.isnan(g.sums[n]) for g in self.gauges) for n in range(len(WINDOWS)))


@lru_cache(maxsize=4)
def _ground(mark: str) -> Ground:
    """Lay the grid over all towns; kept until an outline changes."""
    held = places.index("town")
    return ground(list(zip(held.codes, held.polygons, strict=True)), STEP_KM)


def ground_of_towns() -> Ground:
    """Return all towns as points of ground."""
    return _ground(f"{alias()} {places.outlines_mark('town')}")


def may_read_rain() -> bool:
    """Return whether the viewer may read any gauge."""
    return bool(current().areas_for(MAY_LOOK))


def rain_over_areas(at: datetime | None = None) -> Rain:
    """Return what fell on the towns and counties up to an instant, else up to the newest reading of the gauges that the viewer may read."""
    streams = Datastream.objects.readable(MAY_LOOK).filter(quantity__in=measures.over_ground()).select_related("station")
    held = {d.pk: d for d in streams}
    until = at or newest_instant(held)
    placed = {pk: d for pk, d in held.items() if d.station.location is not None}
    if until is None or not placed:
        return Rain(until, (), (), None, (), len(held) - len(placed))
    gauges = tuple(_gauges(placed, until))
    land = ground_of_towns().within(current().areas_for(MAY_LOOK))
    towns = over(land, gauges)
    counties = over(land.grouped(6), gauges)
    whole = over(land.grouped(4), gauges)
    return Rain(until, towns, counties, whole[0] if len(whole) == 1 else None, gauges, len(held) - len(placed))


def _gauges(held: dict[int, Datastream], until: datetime) -> list[Gauge]:
    """Read the sums of all gauges in one statement."""
    asked = {"streams": list(held), "since": until - max(WINDOWS) * HOUR, "until": until}
    with connections[alias()].cursor() as cursor:
        cursor.execute(SUMS, asked)
        rows = {stream: rest for stream, *rest in cursor.fetchall()}
    found = []
    for pk, d in held.items():
        last, span, *figures = rows.get(pk, (None, 0.0, *(0, 0) * len(WINDOWS)))
        most = figures[-1]
        period = hours_between(d.period, most, float(span))
        late = last is None or (until - last) / HOUR > 2 * max(period, 1.0)
        sums = [
            float("nan") if late or period > h or count * period < COVERED * h else float(total or 0.0)
            for h, total, count in zip(WINDOWS, figures[::2], figures[1::2], strict=True)
        ]
        found.append(Gauge(d.station_id, d.station.location.x, d.station.location.y, tuple(sums)))
    return found


def over(land: Ground, gauges: Sequence[Gauge]) -> tuple[Fallen, ...]:
    """Return what fell on each area of a ground by gauges, over each window."""
    each = []
    for n in range(len(WINDOWS)):
        heard = [g for g in gauges if not np.isnan(g.sums[n])]
        each.append(means(land, [g.lon for g in heard], [g.lat for g in heard], [g.sums[n] for g in heard], NEAR_KM))
    return tuple(_fallen(code, n, each) for n, code in enumerate(land.codes))


def _fallen(code: str, n: int, each: Sequence[Means]) -> Fallen:
    return Fallen(
        code,
        tuple(None if np.isnan(m.mean[n]) else float(m.mean[n]) for m in each),
        tuple(int(m.gauges[n]) for m in each),
        tuple(float(m.near[n]) for m in each),
        tuple(None if np.isnan(m.highest[n]) else float(m.highest[n]) for m in each),
    )
