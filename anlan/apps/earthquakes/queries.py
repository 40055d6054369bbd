"""Readers: shocks that wait for an answer, recent ones, their rings as outlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import shapely
from django.utils.translation import gettext as _

from anlan.apps.earthquakes.choices import State
from anlan.apps.earthquakes.models import Earthquake, TownShaking
from anlan.apps.earthquakes.rules import ANSWERED_FROM, level_of
from anlan.apps.places import api as places
from anlan.apps.places.kinds import Offered
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.records import readable
from anlan.lib import seismic
from anlan.lib.levels import COLOURS

#: How long a shock stays on the command map.
SHOWN_FOR = timedelta(days=3)
#: So long after the origin a seismograph's strongest moment is taken for the shock's (proposal, K-): waves cross the province in three minutes.
MEASURED_FOR = timedelta(minutes=10)
#: Rings from the intensity on at which most people feel it are grounds to choose.
LEAST_RING = 4
#: Of a report without a depth, in km.
USUAL_DEPTH = 10.0


def by_code(code: str) -> Earthquake | None:
    """Return the shock with an agency's number, if any."""
    found: Earthquake | None = Earthquake.objects.filter(code=code).first()
    return found


def unanswered() -> list[Earthquake]:
    """Return the shocks that the viewer sees, are felt in the city and wait for an answer, the gravest first."""
    rows = readable(Earthquake).filter(state=State.REPORTED).order_by("-strongest")[:100]
    return [row for row in rows if row.level >= ANSWERED_FROM]


def recent() -> list[Earthquake]:
    """Return the shocks of the last days that were not withdrawn."""
    rows = readable(Earthquake).exclude(state=State.WITHDRAWN).filter(at__gt=clock.now() - SHOWN_FOR)
    return list(rows.select_related("attenuation").order_by("-at")[:50])


def rings_of(row: Earthquake) -> list[dict[str, Any]]:
    """Return the rings of a shock as GeoJSON features, the widest first, so that the strongest is drawn on top."""
    found = []
    for ring in reversed(seismic.rings(row.attenuation.model, row.magnitude)):
        around = seismic.outline(row.location.x, row.location.y, ring, row.attenuation.strike)
        title = f"{row} · {seismic.roman(ring.intensity)}"
        text = f"{ring.long:.1f} × {ring.short:.1f} km"
        level = COLOURS[level_of(ring.intensity)]
        properties = {"title": title, "text": text, "level": level, "url": row.desk_url()}
        found.append({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [around]}, "properties": properties})
    return found


def grounds() -> Iterator[Offered]:
    """Yield the rings of the shocks of the last days, the strongest first, as grounds."""
    for row in recent():
        for ring in seismic.rings(row.attenuation.model, row.magnitude, LEAST_RING):
            outline = shapely.Polygon(seismic.outline(row.location.x, row.location.y, ring, row.attenuation.strike))
            name = _("%(shock)s: intensity %(degree)s and above") % {"shock": row, "degree": seismic.roman(ring.intensity)}
            note = _("estimate by %(set)s") % {"set": row.attenuation}
            yield Offered(f"{row.pk}-{ring.intensity}", name, outline, note, row.at)


@dataclass(frozen=True)
class Arrival:
    """When the shaking comes to a town (its seat), how strong it will be felt, and who lives there."""

    town: TownShaking
    at: datetime

    @property
    def name(self) -> str:
        """Return the town's name in the reader's language."""
        return name_of("area", self.town.area)

    @property
    def left(self) -> float:
        """Return the seconds until it comes, by the world's clock; negative once it has."""
        return (self.at - clock.now()).total_seconds()


def arrivals(row: Earthquake) -> list[Arrival]:
    """Return when a shock's waves come to the towns that the viewer may see, the strongest shaken first."""
    depth = row.depth_km if row.depth_km is not None else USUAL_DEPTH
    towns = readable(TownShaking).filter(earthquake=row).order_by("-intensity", "area")
    return [Arrival(town, row.at + timedelta(seconds=seismic.seconds_left(town.km, depth, 0))) for town in towns]


@dataclass(frozen=True)
class Measured:
    """What a seismograph measured of a shock, beside what is reckoned for where it stands (None: it has no place)."""

    moment: telemetry.Moment
    km: float | None
    reckoned: float | None

    @property
    def pga(self) -> float | None:
        """Return the peak of acceleration in m/s²."""
        return self.moment.sources[0]

    @property
    def pgv(self) -> float | None:
        """Return the peak of velocity in m/s; None where the intensity goes by acceleration alone."""
        return self.moment.sources[1]

    @property
    def degree(self) -> str:
        """Return the degree in Roman numerals."""
        return seismic.nearest_degree(self.moment.value)

    @property
    def shown(self) -> str:
        """Return the intensity with its degree: "6.3 (VI)"."""
        return self.moment.shown


def measured(row: Earthquake) -> list[Measured]:
    """Return what the seismographs that the viewer sees measured of a shock at their strongest moment, the strongest first."""
    found = []
    for moment in telemetry.highest_degrees(row.at, row.at + MEASURED_FOR):
        there = moment.station.location
        if there is None:
            found.append(Measured(moment, None, None))
            continue
        km, direction = seismic.offsets(row.location.x, row.location.y, [there.x], [there.y])
        felt = seismic.intensity_at(row.attenuation.model, row.magnitude, km, direction, row.attenuation.strike)
        found.append(Measured(moment, round(float(km[0]), 1), round(float(felt[0]), 1)))
    return found


def county_intensities(within: timedelta) -> dict[str, float]:
    """Return for every county the strongest intensity of a town by the shocks of the last time, 1 where none was felt."""
    found = {county.code: 1.0 for county in places.below("", "county")}
    rows = TownShaking.objects.exclude(earthquake__state=State.WITHDRAWN).filter(earthquake__at__gt=clock.now() - within)
    for area, intensity in rows.values_list("area", "intensity"):
        found[area[:6]] = max(found.get(area[:6], 1.0), intensity)
    return found


def shocks(since: datetime, until: datetime) -> list[Earthquake]:
    """Return the shocks of a period that were not withdrawn, the earliest first."""
    rows = readable(Earthquake).exclude(state=State.WITHDRAWN).filter(at__gte=since, at__lt=until)
    return list(rows.order_by("at", "id"))
