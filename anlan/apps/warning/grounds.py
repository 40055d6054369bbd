"""Grounds to begin a warning with, beside divisions and what is drawn: circles, and what other apps offer, clipped to where a drafter may warn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _

from anlan.apps.places import api as places
from anlan.apps.places.kinds import GROUNDS, Grounds, Offered
from anlan.apps.telemetry import api as telemetry
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current
from anlan.lib.local_plane import placed

NEEDS = "warning.draft_warning"
#: A radius in km: no warning is for less, and no circle of the plane is good beyond.
LEAST, MOST = 0.1, 100.0
#: How a centre is written: longitude, then latitude.
POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*")
#: Outlines are told to so many degrees, some fifty metres, and as small as so many square degrees (a hectare).
FINE, SMALL = 0.0005, 1e-6


@dataclass(frozen=True)
class Choice:
    """An offered ground as a drafter may take it: whose, by which key, what of it lies where they may warn; None where none can be told."""

    source: Grounds
    ground: Offered
    outline: shapely.Geometry | None

    @property
    def key(self) -> str:
        """Return by what it is chosen."""
        return f"{self.source.code}:{self.ground.key}"


def circle(centre: str, km: Any) -> shapely.Geometry:
    """Return a circle around longitude and latitude, a division's middle or a station; Refusal in words for what is neither."""
    try:
        radius = float(km)
    except (TypeError, ValueError):
        radius = 0.0
    if not LEAST <= radius <= MOST:
        raise Refusal(
            _("A circle's radius is from %(least)s to %(most)s km.") % {"least": LEAST, "most": round(MOST)}, field="km"
        )
    lon, lat = _centre(centre.strip())
    return placed(shapely.Point(0, 0).buffer(radius * 1000, quad_segs=16), lon, lat)


def catchment(place: str) -> Choice:
    """Return what drains to a station (by its code) or a point, clipped to where one may warn; Refusal in words where none is told."""
    written = POINT.fullmatch(place.strip())
    held = None if written else telemetry.catchment_of(place.strip())
    made = held.catchment if held else telemetry.catchment_at(float(written[1]), float(written[2])) if written else None
    if made is None:
        raise Refusal(
            _("Give a station's code or longitude, latitude; what drains there is told where the pack has terrain."),
            field="centre",
        )
    if made.outline is None:
        raise Refusal(made.why, field="centre")
    name = held.name if held else _("What drains to this point, about %(km2)s km²") % {"km2": f"{made.km2:,.0f}"}
    key, code = (str(held.station.pk), held.station.code) if held else (place.strip(), "")
    ground = Offered(key, name, made.outline, held.note if held else made.note, station=code)
    for choice in _clipped(GROUNDS.get("catchments"), ground, _own()):
        return choice
    raise Refusal(_("What drains there lies outside where you may warn."), field="centre")


def _centre(text: str) -> tuple[float, float]:
    if written := POINT.fullmatch(text):
        lon, lat = float(written[1]), float(written[2])
        if abs(lon) <= 180 and abs(lat) < 89:
            return lon, lat
    if text and not written:
        for station in telemetry.stations_at({text}):
            return station.lon, station.lat
        for division in places.find(text, 1):
            if (outline := places.geometry_of(division.code)) is not None:
                return outline.centroid.coords
    raise Refusal(_("Give the centre as longitude, latitude, as a division or as a station's code."), field="centre")


def offered() -> list[Choice]:
    """Return the grounds that apps offer to this drafter, each clipped to where they may warn; what lies elsewhere is left out."""
    return [choice for choice in told() if choice.outline is not None]


def told() -> list[Choice]:
    """Return what is offered, and what would be if an outline could be told."""
    own = _own()
    return [choice for source in GROUNDS if current().areas_for(source.needs) for choice in _choices(source, own)]


def taken(key: str) -> Choice:
    """Return an offered ground by its key; NotFound for one that is not offered (any more)."""
    code = key.partition(":")[0]
    if code in GROUNDS and current().areas_for(GROUNDS.get(code).needs):
        for choice in _choices(GROUNDS.get(code), _own()):
            if choice.key == key and choice.outline is None:
                raise Refusal(str(choice.ground.note))
            if choice.key == key:
                return choice
    raise NotFound(_("This ground is not offered any more. Look at the list again."))


def _choices(source: Grounds, own: shapely.Geometry) -> Iterator[Choice]:
    for ground in source.offered():
        if ground.outline is None:
            yield Choice(source, ground, None)
        else:
            yield from _clipped(source, ground, own)


def _clipped(source: Grounds, ground: Offered, own: shapely.Geometry) -> Iterator[Choice]:
    inside = shapely.simplify(shapely.intersection(shapely.make_valid(ground.outline), own), FINE)
    parts = [part for part in shapely.get_parts(inside) if part.geom_type == "Polygon" and part.area > SMALL]
    if parts:
        yield Choice(source, ground, shapely.multipolygons(parts))


def _own() -> shapely.Geometry:
    """Return where the viewer may warn; all cities for the program."""
    codes = [
        code for area in current().areas_for(NEEDS) for code in ([area] if area else [d.code for d in places.below("", "city")])
    ]
    shapes = [outline for code in codes if (outline := places.geometry_of(code)) is not None]
    return shapely.union_all([shapely.make_valid(shapely.from_wkb(bytes(outline.wkb))) for outline in shapes])
