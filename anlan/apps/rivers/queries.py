"""Readers of forecasts: the newest of each gauge, and how far those were off whose hour has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils.translation import gettext as _

from anlan.apps.places.kinds import Offered
from anlan.apps.rivers.forecasting import METHOD
from anlan.apps.rivers.models import Hindcast, Reach
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.api import Datastream
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.lib.corridors import corridor

MAY_LOOK = "telemetry.view_station"
#: So many km on either side of a reach are its corridor (proposal, K-).
EITHER_SIDE = 2.0
#: Leads of which the page tells.
LEADS = (6, 12, 18, 24)
#: An observation stands for a forecast's instant within so much of it; verification looks back so far.
NEAR, BACK = timedelta(minutes=30), timedelta(days=30)


@dataclass(frozen=True)
class Foretold:
    """What is foretold of a gauge: the newest value, and each point with its band; the level that the highest reaches."""

    stream: Datastream
    issued_at: datetime
    now: float | None
    points: list[telemetry.Forecast]
    level: int

    @property
    def shown(self) -> list[telemetry.Forecast | None]:
        """Return the points of the leads that the page tells."""
        by = {round((p.at - self.issued_at).total_seconds() / 3600): p for p in self.points}
        return [by.get(lead) for lead in LEADS]


@dataclass(frozen=True)
class Missed:
    """How far forecasts of a lead were off, and of how many the observation lay within the band."""

    lead: int
    count: int
    bias: float
    mean: float
    root: float
    within: float


def newest() -> list[Foretold]:
    """Return the newest forecasts of the gauges that the viewer may read, in the order of the reaches."""
    rows = Reach.objects.filter(in_use=True).order_by("id")
    order = list(dict.fromkeys(pk for row in rows for pk in (row.up_id, row.down_id)))
    quantities = {row.quantity for row in rows}
    held = Datastream.objects.readable(MAY_LOOK).filter(station__in=order, quantity__in=quantities).select_related("station")
    streams = {d.pk: d for d in held}
    points = telemetry.forecasts_by(METHOD, streams)
    reached = telemetry.reaches(streams)
    levels: dict[int, int] = defaultdict(int)
    for (stream, _hazard), reach in reached.items():
        levels[stream] = max(levels[stream], reach.level)
    good = telemetry.good_values(streams)
    found = [Foretold(streams[pk], told[0].issued_at, good.get(pk), told, levels[pk]) for pk, told in points.items() if told]
    return sorted(found, key=lambda f: order.index(f.stream.station_id))


def missed() -> list[Missed]:
    """Return how far the forecasts of the last days were off that can be held against a reading, by lead; estimates count for none."""
    held = Datastream.objects.readable(MAY_LOOK).values_list("pk", flat=True)
    now = clock.now()
    return by_lead(telemetry.forecasts_met(METHOD, set(held), now - BACK, now, NEAR))


def by_lead(rows: Iterable[tuple[float, float, float, float]]) -> list[Missed]:
    """Sum up (lead in hours, foretold − observed, −half, +half of the band) by the leads that the page tells."""
    told = np.array(list(rows), dtype=float).reshape(-1, 4)
    found = []
    for lead in LEADS:
        off = told[np.abs(told[:, 0] - lead) <= 1.5]
        if len(off):
            inside = (-off[:, 1] >= off[:, 2] - 0.005) & (-off[:, 1] <= off[:, 3] + 0.005)
            error = off[:, 1]
            root = float(np.sqrt((error**2).mean()))
            found.append(Missed(lead, len(off), float(error.mean()), float(np.abs(error).mean()), root, float(inside.mean())))
    return found


def of_the_past() -> list[Hindcast]:
    """Return what would have been foretold in the floods of the past, at the stations that the viewer may read."""
    seen = telemetry.Station.objects.readable(MAY_LOOK).values("pk")
    return list(Hindcast.objects.filter(station__in=seen).select_related("station").order_by("-event", "station__code", "at"))


def corridors() -> Iterator[Offered]:
    """Yield the ground on either side of each reach between two gauges along the pack's drawn river; a catchment is telemetry's."""
    rivers = telemetry.drawn_rivers()
    for row in reaches():
        up, down = row.up, row.down
        lines = [line for name, line in rivers if name and all(station.river.startswith(name) for station in (up, down))]
        if up.location is None or down.location is None or not lines:
            continue
        outline = corridor(lines, up.location.coords, down.location.coords, EITHER_SIDE)
        if outline is not None:
            words = {"reach": row, "km": f"{EITHER_SIDE:.0f}"}
            name = _("River corridor %(reach)s, %(km)s km either side") % words
            yield Offered(str(row.pk), name, outline, _("along the map's line; no catchment, no flood model"))


def reaches() -> list[Reach]:
    """Return the reaches."""
    return list(readable(Reach).select_related("up", "down").order_by("id"))
