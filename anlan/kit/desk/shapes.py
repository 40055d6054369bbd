"""Places on records: a point, line or area typed or pasted into any form, repaired or refused in words, and measured."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django import forms
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
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from lxml import etree

from anlan.kit.desk.parts import Column, reach
from anlan.kit.desk.words import NOT_THERE

LONGEST = 2_000_000
#: A repair may not change more than this share of an area: else what was meant is not known.
REPAIRED_WITHIN = 0.001
EQUAL_AREA, EARTH_M = 6933, 6_371_008.8
MULTI: dict[str, Any] = {"MULTIPOINT": MultiPoint, "MULTILINESTRING": MultiLineString, "MULTIPOLYGON": MultiPolygon}
#: What a column may say of its field; the rest is meant for Django's own geometry field.
OPTIONS = ("required", "label", "initial", "help_text", "error_messages", "validators", "disabled")
HELP = {
    "POINT": _("Longitude, latitude, such as 113.05, 23.70; GeoJSON or KML may be pasted."),
    "": _("Paste GeoJSON or KML (WGS 84)."),
}


def read_shape(text: Any) -> GEOSGeometry:
    """Read "lon, lat", GeoJSON (a geometry, a feature, a collection) or KML; ValidationError in words."""
    content = text if isinstance(text, str) else json.dumps(text)
    if len(content) > LONGEST:
        raise forms.ValidationError(_("This geometry has too many points. Simplify it first."))
    try:
        shapes = _read_kml(content) if content.lstrip().startswith("<") else _read_json(content)
        if not shapes or any(shape.empty for shape in shapes):
            raise forms.ValidationError(_("There is no geometry in it."))
        made = shapes[0] if len(shapes) == 1 else _together(shapes)
        west, south, east, north = made.extent  # of a point that is "not a number" there is none
    except (GEOSException, GDALException, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise forms.ValidationError(_("This is not a place: give longitude and latitude, GeoJSON or KML.")) from None
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise forms.ValidationError(_("The geometry must be in degrees, longitude before latitude."))
    return repaired(made)


def repaired(shape: Any) -> GEOSGeometry:
    """Return a valid geometry: slips (a point twice, a spike) are mended; what would change the area is refused."""
    if shape.valid:
        return shape
    mended = shape.make_valid()
    areas = [
        part
        for part in (mended if mended.num_geom > 1 or mended.geom_type == "GeometryCollection" else [mended])
        if part.dims == 2
    ]
    if shape.dims == 2 and areas and abs(sum(part.area for part in areas) - shape.area) <= REPAIRED_WITHIN * abs(shape.area):
        polygons = [one for part in areas for one in (part if part.geom_type == "MultiPolygon" else [part])]
        made = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons, srid=4326)
        made.srid = 4326
        return made
    raise forms.ValidationError(_("The outline crosses itself: %(why)s"), params={"why": shape.valid_reason})


def _read_json(text: str) -> list[GEOSGeometry]:
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
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
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
    kind = {shape.geom_type.upper().removeprefix("MULTI") for shape in shapes}
    if len(kind) > 1:
        raise forms.ValidationError(_("Points, lines and areas are mixed. Give one kind."))
    parts = [part for shape in shapes for part in (shape if shape.geom_type.startswith("Multi") else [shape])]
    made = MULTI[f"MULTI{kind.pop()}"](parts, srid=4326)
    return made.unary_union if made.dims == 2 else made  # type: ignore[no-any-return]  # parts that overlap are one


class ShapeField(forms.CharField):
    """The form field of a geometry column; cleaned to a geometry of the column's kind."""

    def __init__(self, kind: str = "GEOMETRY", **options: Any) -> None:
        self.kind = kind.upper()
        widget = forms.TextInput() if self.kind == "POINT" else forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        own = {name: value for name, value in options.items() if name in OPTIONS}
        super().__init__(**{**own, "help_text": own.get("help_text") or HELP.get(self.kind, HELP[""])}, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """Show a point as longitude and latitude, anything else as GeoJSON."""
        if isinstance(value, Point):
            return f"{value.x:.6f}, {value.y:.6f}"
        return value.json if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, GEOSGeometry):
            return value
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        return self._as_wanted(read_shape(value))

    def _as_wanted(self, shape: GEOSGeometry) -> GEOSGeometry:
        found = shape.geom_type.upper()
        if self.kind in ("GEOMETRY", found):
            return shape
        if self.kind == f"MULTI{found}":
            return MULTI[self.kind](shape, srid=4326)  # type: ignore[no-any-return]
        if self.kind == "POINT" and shape.dims == 2:
            return shape.point_on_surface
        wanted = {"POINT": _("a point"), "LINESTRING": _("a line"), "MULTILINESTRING": _("a line")}.get(self.kind, _("an area"))
        raise forms.ValidationError(_("This place must be %(kind)s."), params={"kind": wanted})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the text differs from what was shown."""
        return bool(self.prepare_value(initial) != data)


def measured(shape: Any) -> str:
    """Return how large an area is (hectares or square kilometres) or how long a line; "" for a point."""
    if shape.dims == 2:
        square = shape.transform(EQUAL_AREA, clone=True).area
        return f"{square / 1e6:,.2f} km²" if square >= 1e6 else f"{square / 1e4:,.2f} ha"
    if shape.dims == 1:
        lines = shape if shape.geom_type.startswith("Multi") else [shape]
        metres = sum(_away(a, b) for line in lines for a, b in zip(line.coords, line.coords[1:], strict=False))
        return f"{metres / 1000:,.2f} km" if metres >= 1000 else f"{metres:,.0f} m"
    return ""


def _away(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Return the metres between two points on the sphere."""
    (lon1, lat1), (lon2, lat2) = ((radians(p[0]), radians(p[1])) for p in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


@dataclass(frozen=True)
class Shape(Column):
    """Show a place: a point's longitude and latitude with the way to what lies near, an area or a line by its size."""

    def show(self, row: models.Model) -> Any:
        shape = reach(row, self.name)
        if shape is None:
            return NOT_THERE
        if isinstance(shape, Point):
            text = f"{shape.x:.5f}, {shape.y:.5f}"
            return format_html(
                '<a class="number" href="/near/?lon={}&lat={}&km=3">{}</a>', f"{shape.x:.6f}", f"{shape.y:.6f}", text
            )
        return measured(shape)
