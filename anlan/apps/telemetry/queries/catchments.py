"""Readers of catchments: what drains to a station or a point as the pack's terrain and its drawn rivers tell, an estimate; rain on it.

No outline of a basin is published. What reaches the edge of the terrain is refused in words: no outline is pretended there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path

import shapely
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.apps.lookouts import api as lookouts
from anlan.apps.places.kinds import Offered
from anlan.apps.telemetry.kinds import SENSORS
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.areal import MAY_LOOK, STEP_KM, Fallen, Rain, over
from anlan.lib.areal import Ground, ground
from anlan.lib.catchments import Flow, flow

#: The stream of a station is looked for so many km around it, a river that the map draws and names so far (corridors do too); of a point.
AROUND, TO_RIVER, AT_POINT = 3.0, 8.0, 1.5
#: What is smaller (km²) a terrain of a kilometre does not tell.
LEAST = 10.0


@dataclass(frozen=True)
class Catchment:
    """What drains to a place: how many km², how far its stream's cell lies from it, the drawn river that it was taken from by name.

    Without an outline `fault` says why none is told.
    """

    fault: str
    km2: float = 0.0
    away_km: float = 0.0
    cell_km: float = 0.0
    river: str = ""
    outline: shapely.Geometry | None = None

    @property
    def why(self) -> str:
        """Return in words why no outline is told, "" where one is."""
        faults = {
            "off": _("It lies outside the terrain that is known."),
            "beyond": _("What drains here runs beyond the terrain that is known: no outline can be told."),
            "small": _("What drains here is too small for a terrain of this grain."),
        }
        return faults.get(self.fault, "")

    @property
    def note(self) -> str:
        """Return in words what it rests on."""
        words = {"cell": f"{self.cell_km:.1f}", "away": f"{self.away_km:.1f}"}
        told = _(
            "estimated from terrain of some %(cell)s km and the map's rivers, its divide may be off by kilometres;"
            " the stream is taken %(away)s km from the place"
        )
        return told % words


@dataclass(frozen=True)
class OfStation:
    """A station with its catchment."""

    station: Station
    catchment: Catchment

    @property
    def name(self) -> str:
        """Return what it is called."""
        return _("Catchment above %(station)s, about %(km2)s km²") % {
            "station": self.station,
            "km2": f"{self.catchment.km2:,.0f}",
        }

    @property
    def short(self) -> str:
        """Return what it is called in a table of catchments."""
        return f"{self.station} · {self.catchment.km2:,.0f} km²"

    @property
    def note(self) -> str:
        """Return in words what it rests on; that the station itself may stand elsewhere."""
        told = [self.catchment.note]
        if self.station.river and not self.catchment.river:
            told.append(_("its river is not on the map: the strongest other stream around is taken"))
        if self.station.location_precision == "town_centroid":
            told.append(_("the station itself is placed at its town's centre"))
        return " · ".join(told)


def drawn_rivers() -> list[tuple[str, shapely.Geometry]]:
    """Return the rivers of the pack's map by name; none where it has none."""
    return _rivers(Path(settings.CONFIG.pack) / "map" / "rivers.geojson")


@lru_cache(4)
def _rivers(file: Path) -> list[tuple[str, shapely.Geometry]]:
    if not file.exists():
        return []
    found = json.loads(file.read_text(encoding="utf-8"))["features"]
    return [(str(one["properties"].get("name", "")), shapely.from_geojson(json.dumps(one["geometry"]))) for one in found]


@lru_cache(2)
def _flow(_pack: Path) -> Flow | None:
    """Return where water goes in the pack's terrain; worked out once in a process, in about a second."""
    terrain = lookouts.terrain()
    return flow(terrain, drawn_rivers()) if terrain is not None else None


def at(lon: float, lat: float) -> Catchment | None:
    """Return what drains to the strongest stream next to a point; None where the pack has no terrain."""
    return _traced(Path(settings.CONFIG.pack), lon, lat, "", AT_POINT)


def of(stations: Iterable[Station]) -> list[OfStation]:
    """Return the catchments of those stations that stand at a stream and have a place; nothing where the pack has no terrain."""
    found = []
    for row in stations:
        if row.location is not None and at_stream(row):
            made = _of(row)
            found += [OfStation(row, made)] if made is not None else []
    return found


def named(code: str) -> OfStation | None:
    """Return the catchment of a station of the scope, whatever it measures; None where there is no such station, or no place or terrain."""
    row = Station.objects.filter(code=code, location__isnull=False).first()
    made = _of(row) if row is not None else None
    return OfStation(row, made) if row is not None and made is not None else None


def _of(row: Station) -> Catchment | None:
    return _traced(Path(settings.CONFIG.pack), row.location.x, row.location.y, row.river, AROUND)


def at_stream(station: Station) -> bool:
    """Return whether a station tells of a stream: by its kind, or because it names its river."""
    return bool(station.river) or (station.kind in SENSORS and SENSORS.get(station.kind).stream)


def readable() -> list[OfStation]:
    """Return the catchments of the stations that the viewer may read."""
    streams = [sensor.code for sensor in SENSORS if sensor.stream]
    rows = Station.objects.readable(MAY_LOOK).filter(Q(kind__in=streams) | ~Q(river=""), location__isnull=False)
    return of(rows.order_by("code"))


@lru_cache(4000)
def _traced(pack: Path, lon: float, lat: float, river: str, reach: float) -> Catchment | None:
    found = _flow(pack)
    if found is None:
        return None
    drawn = next((name for name in sorted(found.rivers, key=len, reverse=True) if name and river.startswith(name)), "")
    # A gauge of a river that the map does not draw stands at none of those that it draws.
    cell = found.river(lon, lat, TO_RIVER, drawn) if drawn else found.stream(lon, lat, reach, known=not river)
    if cell is None:
        return Catchment("off")
    km2, away = float(found.km2.flat[cell]), float(found.away(lon, lat).flat[cell])
    size = found.ground.step * cos(radians(lat)) / 1000
    fault = "beyond" if found.beyond.flat[cell] else "small" if km2 < LEAST else ""
    return Catchment(fault, km2, away, size, drawn, None if fault else found.outline(found.above(cell)))


def offered() -> Iterator[Offered]:
    """Yield the catchments of the stations that the viewer may read, as grounds to warn for; of what is refused its words alone."""
    for one in readable():
        if one.catchment.outline is None:
            yield Offered(str(one.station.pk), str(one.station), None, one.catchment.why, station=one.station.code)
        else:
            yield Offered(str(one.station.pk), one.name, one.catchment.outline, one.note, station=one.station.code)


def ground_of(held: Iterable[OfStation]) -> Ground:
    """Return catchments as points of ground, by their stations' codes; what has no outline is left out. They may lie within each other."""
    told = [(one.station.code, one.catchment.outline) for one in held if one.catchment.outline is not None]
    return _ground(tuple((code, shapely.to_wkb(outline)) for code, outline in told))


@lru_cache(8)
def _ground(outlines: tuple[tuple[str, bytes], ...]) -> Ground:
    return ground([(code, shapely.from_wkb(wkb)) for code, wkb in outlines], STEP_KM)


def rain_on(held: Iterable[OfStation], told: Rain) -> tuple[Fallen, ...]:
    """Return what fell on catchments by the gauges behind a table of rain over areas."""
    return over(ground_of(held), told.gauges) if told.gauges else ()
