"""Places as people and programs write them: read from a pair of degrees, GeoJSON, KML or WKT, mended where it is a slip, measured.

All in WGS 84, longitude before latitude; heights are left out.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from math import asin, atanh, cos, radians, sin, sqrt
from typing import Any
from zipfile import ZipFile

import shapefile
import shapely
from lxml import etree
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

#: The most characters of a geometry given as text.
LONGEST = 2_000_000
#: A repair may not change more than this share of an area: else what was meant is not known.
REPAIRED_WITHIN = 0.001
WKT = re.compile(r"\s*(SRID=4326;)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*\(", re.IGNORECASE)
#: The most parts and bytes of an archive, unpacked.
MOST_PARTS, MOST_UNPACKED = 100, 100 * 1024 * 1024
UNREADABLE = (shapely.errors.ShapelyError, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError, IndexError)
MULTI = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}
#: Metres: the radius of a sphere as large as the Earth, and the equator's; the ellipsoid's eccentricity.
EARTH, EQUATOR, ECCENTRICITY = 6_371_008.8, 6_378_137.0, 0.0818191908426


def gettext_noop(text: str) -> str:
    """Mark a text for translation: whoever refuses a place translates it."""
    return text


class NotAPlace(ValueError):
    """What was given is no place; `text` says why in English, to translate, with `figures` for its placeholders."""

    def __init__(self, text: str, **figures: Any) -> None:
        super().__init__(text % figures)
        self.text, self.figures = text, figures


def read(given: Any) -> BaseGeometry:
    """Read "lon, lat", GeoJSON (a geometry, a feature, a collection; text or object), KML or WKT; raises NotAPlace."""
    content = given if isinstance(given, str) else json.dumps(given)
    if len(content) > LONGEST:
        raise NotAPlace(gettext_noop("This geometry has too many points. Simplify it first."))
    try:
        return together(_of_kml(content) if content.lstrip().startswith("<") else _of_text(content))
    except NotAPlace:
        raise
    except UNREADABLE:
        raise NotAPlace(gettext_noop("This is not a place: give longitude and latitude, GeoJSON or KML.")) from None


def read_file(content: bytes) -> BaseGeometry:
    """Read a file: GeoJSON or KML in UTF-8, or a zip with a shapefile or a KML document in it; raises NotAPlace.

    It may be broken in any way: call it in a process that can be ended.
    """
    if not content.startswith(b"PK"):
        return read(content.decode("utf-8-sig", errors="replace"))
    with ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise NotAPlace(gettext_noop("The file unpacks to more than is accepted."))
        named = {part.filename.lower(): part for part in parts}
        shapes = next((name for name in named if name.endswith(".shp")), "")
        kml = next((name for name in named if name.endswith(".kml")), "")
        if kml and not shapes:
            return read(packed.read(named[kml]).decode("utf-8-sig"))
        if not shapes:
            raise NotAPlace(gettext_noop("There is no shapefile (.shp) in it."))
        system = named.get(f"{shapes[:-4]}.prj")
        if system is not None and b"PROJCS" in packed.read(system).upper():
            raise NotAPlace(gettext_noop("This shapefile is in a projected system. Save it in degrees (WGS 84 or CGCS2000)."))
        opened = shapefile.Reader(shp=io.BytesIO(packed.read(named[shapes])))
        return together([shapely.geometry.shape(one.__geo_interface__) for one in opened.iterShapes() if one.shapeType])


def together(geometries: list[Any]) -> BaseGeometry:
    """Return shapes of one kind as one valid shape; areas that overlap are one area. Raises NotAPlace."""
    if not geometries or any(shape.is_empty for shape in geometries):
        raise NotAPlace(gettext_noop("There is no geometry in it."))
    made = shapely.force_2d(geometries[0] if len(geometries) == 1 else _joined(geometries))
    west, south, east, north = made.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise NotAPlace(gettext_noop("The geometry must be in degrees, longitude before latitude."))
    return _mended(made)


def _joined(geometries: list[Any]) -> BaseGeometry:
    kind = {shape.geom_type.removeprefix("Multi") for shape in geometries}
    if len(kind) > 1:
        raise NotAPlace(gettext_noop("Points, lines and areas are mixed. Give one kind."))
    parts = [part for shape in geometries for part in getattr(shape, "geoms", [shape])]
    one = kind.pop()
    return shapely.union_all([_mended(part) for part in parts]) if one == "Polygon" else MULTI[one](parts)


def _mended(shape: Any) -> BaseGeometry:
    """Return a valid geometry: slips (a point twice, a spike) are mended; what would change the area is refused."""
    if shape.is_valid:
        return shape  # type: ignore[no-any-return]
    mended = shapely.make_valid(shape)
    areas = [part for part in getattr(mended, "geoms", [mended]) if part.geom_type.endswith("Polygon")]
    if areas and abs(sum(part.area for part in areas) - shape.area) <= REPAIRED_WITHIN * abs(shape.area):
        polygons = [one for part in areas for one in getattr(part, "geoms", [part])]
        return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    raise NotAPlace(gettext_noop("The outline crosses itself: %(why)s"), why=shapely.is_valid_reason(shape))


def _of_text(text: str) -> list[BaseGeometry]:
    if WKT.match(text):  # what an export wrote
        return [shapely.from_wkt(text.partition(";")[2] or text)]
    pair = text.replace("，", ",").split(",")
    if len(pair) == 2 and "{" not in text:
        return [Point(float(pair[0]), float(pair[1]))]
    content = json.loads(text)
    parts = content["features"] if content.get("type") == "FeatureCollection" else [content]
    geometries = [part["geometry"] if part.get("type") == "Feature" else part for part in parts]
    return [shapely.from_geojson(json.dumps(one)) for one in geometries if one]


def _of_kml(text: str) -> list[BaseGeometry]:
    """Return the points, lines and areas of a KML document."""
    root: Any = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type may name entities")
    made = {
        "Point": lambda e: Point(*_coordinates(e)[0]),
        "LineString": lambda e: LineString(_coordinates(e)),
        "Polygon": _polygon,
    }
    elements = [(element, made.get(element.tag.rpartition("}")[2])) for element in root.iter("{*}*")]
    return [maker(element) for element, maker in elements if maker]


def _coordinates(element: Any) -> list[tuple[float, float]]:
    text = next(e.text for e in element.iter("{*}*") if e.tag.rpartition("}")[2] == "coordinates")
    return [(float(lon), float(lat)) for lon, lat in (one.split(",")[:2] for one in text.split())]


def _polygon(element: Any) -> Polygon:
    rings = [e for e in element.iter("{*}*") if e.tag.rpartition("}")[2] in ("outerBoundaryIs", "innerBoundaryIs")]
    rings.sort(key=lambda e: e.tag.endswith("innerBoundaryIs"))
    outer, *inner = [_coordinates(ring) for ring in rings]
    return Polygon(outer, inner)


def square_metres(shape: Any) -> float:
    """Return how large a polygon or several are, holes left out."""
    parts = getattr(shape, "geoms", [shape])
    return sum(_area(part.exterior.coords) - sum(_area(hole.coords) for hole in part.interiors) for part in parts)


def measured(shape: Any) -> str:
    """Return how large an area is (hectares or square kilometres) or how long a line; "" for a point."""
    parts = getattr(shape, "geoms", [shape])
    if shape.geom_type.endswith("Polygon"):
        square = square_metres(shape)
        return f"{square / 1e6:,.2f} km²" if square >= 1e6 else f"{square / 1e4:,.2f} ha"
    if shape.geom_type.endswith("LineString"):
        metres = sum(_away(a, b) for line in parts for a, b in zip(line.coords, line.coords[1:], strict=False))
        return f"{metres / 1000:,.2f} km" if metres >= 1000 else f"{metres:,.0f} m"
    return ""


def _area(ring: Iterable[Any]) -> float:
    """Return the square metres within a ring on the ellipsoid, by the cylindrical projection that keeps areas (EPSG 6933)."""
    e = ECCENTRICITY
    points = []
    for lon, lat, *_height in ring:
        s = sin(radians(lat))
        q = (1 - e * e) * (s / (1 - (e * s) ** 2) + atanh(e * s) / e)
        points.append((EQUATOR * radians(lon), EQUATOR * q / 2))
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False))) / 2


def _away(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the metres between two points on the sphere."""
    (lon1, lat1), (lon2, lat2) = ((radians(p[0]), radians(p[1])) for p in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))
