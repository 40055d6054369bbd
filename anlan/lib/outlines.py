"""Outlines and lines as a journal keeps them: told apart by a digest of all of it, with size, number of points and a rough drawing.

    MultiPolygon 9f86d081884c7d65; 12.34 km²; 57; MULTIPOLYGON (((113.1 23.7, …)))

The rough drawing has at most `MOST` points, to about a metre: enough to lay one version over another on a small map.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from anlan.lib import places
from anlan.lib.sketches import Path, Shape, Sketch

MOST = 120
KEPT = re.compile(r"(Multi)?[A-Z][A-Za-z]+ [0-9a-f]{16}; [^;]*; \d+; ")
#: A small map of two versions: so much is left around them, so much wider than tall, never narrower than so many degrees.
AROUND, WIDER, LEAST = 0.2, 2.0, 0.002


class Digest(str):
    """A shape's kind and digest, by which it is compared; it remembers the shape, so that it can be told at length."""

    wkb: bytes


@dataclass(frozen=True)
class Outline:
    """What was kept of a shape; of an old entry the digest alone."""

    digest: str
    size: str = ""
    points: int = 0
    rough: BaseGeometry | None = None

    @property
    def middle(self) -> str:
        """Return about where it lies, as longitude and latitude."""
        return "" if self.rough is None else f"{self.rough.centroid.x:.4f}, {self.rough.centroid.y:.4f}"


def digest(kind: str, wkb: bytes) -> Digest:
    """Return by what a shape is compared."""
    made = Digest(f"{kind} {hashlib.sha256(wkb).hexdigest()[:16]}")
    made.wkb = wkb
    return made


def at_length(value: Any) -> Any:
    """Return a shape's digest with what is kept beside it; any other value as it is."""
    if not isinstance(value, Digest):
        return value
    shape = shapely.from_wkb(value.wkb)
    rough = "" if shape.is_empty else shapely.to_wkt(_rough(shape), rounding_precision=5, output_dimension=2)
    return f"{value}; {places.measured(shape)}; {shapely.get_num_coordinates(shape)}; {rough}"


def read(kept: str) -> Outline:
    """Read back what was kept; a text that is no shape, or an old entry's digest, stands for itself."""
    if not KEPT.match(kept):
        return Outline(kept)
    digest, size, points, rough = kept.split("; ")
    return Outline(digest, size, int(points), shapely.from_wkt(rough) if rough else None)


def _rough(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of at most `MOST` points that looks like it; parts too small to be seen are left out."""
    west, south, east, north = shape.bounds
    made, step = shape, max(east - west, north - south) / 400
    while shapely.get_num_coordinates(made) > MOST and step < 360:
        parts = [part.simplify(step) for part in shapely.get_parts(shape)]
        widest = max(_span(part) for part in parts)
        seen = [part for part in parts if _span(part) > 4 * step or _span(part) == widest]
        made, step = seen[0] if len(seen) == 1 else shapely.union_all(seen), step * 1.6
    return made


def _span(part: BaseGeometry) -> float:
    west, south, east, north = part.bounds
    return float(max(east - west, north - south))


def compared(title: Any, before: Iterable[BaseGeometry], now: Iterable[BaseGeometry]) -> Sketch | None:
    """Lay two versions over one another on a small map, the earlier dashed; None where there is nothing to draw."""
    shapes = [*(("before", one) for one in before), *(("area", one) for one in now)]
    boxes = [one.bounds for _kind, one in shapes if not one.is_empty]
    if not boxes:
        return None
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    x, y = (west + east) / 2, (south + north) / 2
    narrow = cos(radians(y))
    wide = max(east - west, LEAST, (north - south) * WIDER / narrow) * (1 + AROUND)
    tall = wide * narrow / WIDER
    bounds = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
    return Sketch(title, bounds, tuple(drawn for kind, one in shapes for drawn in _shapes(kind, one)))


def _shapes(kind: Any, shape: BaseGeometry) -> Iterator[Shape]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield Shape(kind, tuple(_path(ring.coords) for ring in (part.exterior, *part.interiors)))
        elif part.geom_type == "LineString":
            yield Shape("before" if kind == "before" else "river", (_path(part.coords),))


def _path(coords: Iterable[Any]) -> Path:
    return tuple((x, y) for x, y, *_height in coords)
