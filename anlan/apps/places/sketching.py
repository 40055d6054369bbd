"""A small map of where something is, for a decision sheet: counties and rivers below, what it is about and marks above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Polygon

from anlan.apps.places.models import Division, MapFeature
from anlan.lib.sketches import Path, Shape, Sketch

#: So much of its width is left around what it is about, it is never narrower than so many degrees, and so much wider than tall.
AROUND, LEAST, SHAPE = 0.35, 0.4, 1.7
#: Outlines are drawn to so many parts of the width.
FINE = 250


@dataclass(frozen=True)
class Spot:
    """A point on a small map: its name, longitude, latitude and the level that holds there."""

    name: str
    lon: float
    lat: float
    level: int = 0


def sketch(
    title: Any,
    *,
    areas: Iterable[tuple[str, int, GEOSGeometry]] = (),
    spots: Iterable[Spot] = (),
    lines: Iterable[Iterable[tuple[float, float]]] = (),
) -> Sketch | None:
    """Draw up a map of areas (name, level, outline), ways and points; None where nothing has a place. Two queries."""
    filled = [(name, level, shapely.from_wkb(bytes(outline.wkb))) for name, level, outline in areas if outline]
    points, ways = list(spots), [shapely.LineString(line) for line in lines]
    if not filled and not points:
        return None
    boxes = [way.bounds for way in ways]
    boxes += [shape.bounds for _name, _level, shape in filled] + [(p.lon, p.lat, p.lon, p.lat) for p in points]
    west, south, east, north = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    x, y = (west + east) / 2, (south + north) / 2
    narrow = cos(radians(y))
    wide = max(east - west, LEAST, (north - south) * SHAPE / narrow)
    tall = wide * narrow / SHAPE
    reach = (1 + AROUND) / 2
    bounds = (round(x - wide * reach, 4), round(y - tall * reach, 4), round(x + wide * reach, 4), round(y + tall * reach, 4))
    box, fine = shapely.box(*bounds), wide / FINE
    shapes = list(_ground(bounds, box, fine))
    for name, level, shape in filled:
        drawn = shape.simplify(fine)
        middle = drawn.representative_point()
        shapes.append(Shape("area", tuple(_rings(drawn)), name, level, (round(middle.x, 4), round(middle.y, 4))))
    shapes += [Shape("route", (_path(way.simplify(fine).coords),)) for way in ways]
    shapes += [Shape("mark", (((round(p.lon, 4), round(p.lat, 4)),),), p.name, p.level) for p in points]
    return Sketch(title, bounds, tuple(shapes))


def _ground(bounds: tuple[float, float, float, float], box: shapely.Geometry, fine: float) -> Iterator[Shape]:
    """Yield the counties and rivers that lie in the picture, cut at its edge."""
    within = Polygon.from_bbox(bounds)
    for row in Division.objects.filter(level="county", outline__intersects=within).order_by("code"):
        part = shapely.from_wkb(bytes(row.outline.wkb)).intersection(box).simplify(fine)
        if not part.is_empty:
            middle = part.representative_point()
            yield Shape("land", tuple(_rings(part)), str(row), 0, (round(middle.x, 4), round(middle.y, 4)))
    for row in MapFeature.objects.filter(layer="rivers", shape__intersects=within).order_by("pk"):
        part = shapely.from_wkb(bytes(row.shape.wkb)).intersection(box).simplify(fine)
        lines = tuple(_path(line.coords) for line in shapely.get_parts(part) if isinstance(line, shapely.LineString))
        if lines:
            yield Shape("river", lines)


def _rings(shape: shapely.Geometry) -> Iterator[Path]:
    for one in shapely.get_parts(shape):
        if isinstance(one, shapely.Polygon):
            yield _path(one.exterior.coords)


def _path(coords: Iterable[Any]) -> Path:
    return tuple((round(x, 4), round(y, 4)) for x, y, *_height in coords)
