"""Places as people and programs give them: read from a pair of degrees, GeoJSON or KML; repaired or refused in words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import (
    GEOSException,
    GEOSGeometry,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from anlan.kit.languages import listed
from anlan.kit.refusals import Refusal

#: The most characters of a geometry given as text.
LONGEST = 2_000_000
#: A repair may not change more than this share of an area: else what was meant is not known.
REPAIRED_WITHIN = 0.001
MULTI: dict[str, Any] = {"MultiPoint": MultiPoint, "MultiLineString": MultiLineString, "MultiPolygon": MultiPolygon}
AN_AREA = gettext_lazy("an area")
CALLED = {"Point": gettext_lazy("a point"), "LineString": gettext_lazy("a line"), "MultiLineString": gettext_lazy("a line")}
WKT = re.compile(r"\s*(SRID=4326;)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*\(", re.IGNORECASE)
UNREADABLE = (GEOSException, GDALException, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError, IndexError)


def read_shape(given: Any) -> GEOSGeometry:
    """Read "lon, lat", GeoJSON (a geometry, a feature, a collection; text or object), KML or WKT, in WGS 84; Refusal in words."""
    content = given if isinstance(given, str) else json.dumps(given)
    if len(content) > LONGEST:
        raise Refusal(_("This geometry has too many points. Simplify it first."))
    try:
        shapes = _read_kml(content) if content.lstrip().startswith("<") else _read_text(content)
        if not shapes or any(shape.empty for shape in shapes):
            raise Refusal(_("There is no geometry in it."))
        made = shapes[0] if len(shapes) == 1 else _together(shapes)
        west, south, east, north = made.extent  # of a point that is "not a number" there is none
    except UNREADABLE:
        raise Refusal(_("This is not a place: give longitude and latitude, GeoJSON or KML.")) from None
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise Refusal(_("The geometry must be in degrees, longitude before latitude."))
    return repaired(made)


def fitted(shape: GEOSGeometry, kinds: Sequence[str]) -> GEOSGeometry:
    """Return a geometry as one of the wanted kinds ("Point", "MultiPolygon" …; any if none is named); Refusal in words.

    One part stands for several where several are wanted; an area gives a point on its surface where only a point is.
    """
    found = shape.geom_type
    if not kinds or found in kinds:
        return shape
    if f"Multi{found}" in kinds:
        return MULTI[f"Multi{found}"](shape, srid=4326)  # type: ignore[no-any-return]
    if tuple(kinds) == ("Point",) and shape.dims == 2:
        return shape.point_on_surface
    wanted = listed(dict.fromkeys(str(CALLED.get(kind, AN_AREA)) for kind in kinds))
    raise Refusal(_("This place must be %(kind)s.") % {"kind": wanted})


def repaired(shape: GEOSGeometry) -> GEOSGeometry:
    """Return a valid geometry: slips (a point twice, a spike) are mended; what would change the area is refused."""
    if shape.valid:
        return shape
    mended: Any = shape.make_valid()
    parts = list(mended) if mended.num_geom > 1 or mended.geom_type == "GeometryCollection" else [mended]
    areas = [part for part in parts if part.dims == 2]
    if shape.dims == 2 and areas and abs(sum(part.area for part in areas) - shape.area) <= REPAIRED_WITHIN * abs(shape.area):
        polygons = [one for part in areas for one in (part if part.geom_type == "MultiPolygon" else [part])]
        made = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons, srid=4326)
        made.srid = 4326
        return made
    raise Refusal(_("The outline crosses itself: %(why)s") % {"why": shape.valid_reason})


def _read_text(text: str) -> list[GEOSGeometry]:
    if WKT.match(text):  # what an export wrote
        return [GEOSGeometry(text.partition(";")[2] or text, srid=4326)]
    pair = text.replace("，", ",").split(",")
    if len(pair) == 2 and "{" not in text:
        return [Point(float(pair[0]), float(pair[1]), srid=4326)]
    content = json.loads(text)
    parts = content["features"] if content.get("type") == "FeatureCollection" else [content]
    geometries = [part["geometry"] if part.get("type") == "Feature" else part for part in parts]
    return [GEOSGeometry(json.dumps(one), srid=4326) for one in geometries if one]


def _read_kml(text: str) -> list[GEOSGeometry]:
    """Return the points, lines and areas of a KML document, heights left out."""
    found: list[GEOSGeometry] = []
    root: Any = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type may name entities")
    made = {
        "Point": lambda e: Point(*_coordinates(e)[0]),
        "LineString": lambda e: LineString(_coordinates(e)),
        "Polygon": _polygon,
    }
    for element in root.iter("{*}*"):
        maker = made.get(element.tag.rpartition("}")[2])
        if maker:
            shape = maker(element)
            shape.srid = 4326
            found.append(shape)
    return found


def _coordinates(element: Any) -> list[tuple[float, float]]:
    text = next(e.text for e in element.iter("{*}*") if e.tag.rpartition("}")[2] == "coordinates")
    return [(float(lon), float(lat)) for lon, lat in (one.split(",")[:2] for one in text.split())]


def _polygon(element: Any) -> Polygon:
    rings = [e for e in element.iter("{*}*") if e.tag.rpartition("}")[2] in ("outerBoundaryIs", "innerBoundaryIs")]
    rings.sort(key=lambda e: e.tag.endswith("innerBoundaryIs"))
    return Polygon(*(_coordinates(ring) for ring in rings))


def _together(shapes: list[Any]) -> GEOSGeometry:
    kind = {shape.geom_type.removeprefix("Multi") for shape in shapes}
    if len(kind) > 1:
        raise Refusal(_("Points, lines and areas are mixed. Give one kind."))
    parts = [part for shape in shapes for part in (shape if shape.geom_type.startswith("Multi") else [shape])]
    made = MULTI[f"Multi{kind.pop()}"](parts, srid=4326)
    return made.unary_union if made.dims == 2 else made  # type: ignore[no-any-return]  # parts that overlap are one
