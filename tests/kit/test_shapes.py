"""Places in forms: what is read, mended, refused and measured."""

from __future__ import annotations

import json

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.forms import ValidationError

from anlan.kit.desk.shapes import ShapeField, measured
from anlan.kit.inputs.shapes import read_shape
from anlan.kit.refusals import Refusal

SQUARE = [[113.0, 23.0], [113.01, 23.0], [113.01, 23.01], [113.0, 23.01], [113.0, 23.0]]
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>
113,23,5 113.01,23,5 113.01,23.01,5 113,23,5</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"""
FEATURE = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("113.05, 23.70", "Point"),
        ("113.05，23.70", "Point"),
        (json.dumps(FEATURE), "Polygon"),
        (FEATURE, "Polygon"),
        (json.dumps({"type": "FeatureCollection", "features": [FEATURE, FEATURE]}), "MultiPolygon"),
        (KML, "Polygon"),
        ("SRID=4326;POINT (113.05 23.7)", "Point"),
    ],
)
def test_what_is_a_place_is_read(text: object, kind: str) -> None:
    assert read_shape(text).geom_type in (kind, "Polygon" if kind == "MultiPolygon" else kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1,2,3",
        "200, 10",
        "nan, 3",
        "{}",
        "[]",
        "<kml/>",
        "<kml",
        '{"type": "Polygon", "coordinates": [[[1, 2]]]}',
        "null",
        "7",
    ],
)
def test_what_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refusal):
        read_shape(text)


def test_an_entity_in_kml_is_refused() -> None:
    with pytest.raises(Refusal):
        read_shape('<!DOCTYPE k [<!ENTITY e SYSTEM "file:///etc/passwd">]><kml>&e;</kml>')


def test_a_slip_is_mended_and_a_bow_tie_refused() -> None:
    spike = [[113.0, 23.0], [113.01, 23.0], [113.02, 23.0], [113.01, 23.0], [113.01, 23.01], [113.0, 23.01], [113.0, 23.0]]
    mended = read_shape({"type": "Polygon", "coordinates": [spike]})
    assert mended.valid and mended.geom_type == "Polygon"
    with pytest.raises(Refusal):
        read_shape({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]})


def test_a_field_wants_its_kind() -> None:
    assert ShapeField(("MultiPolygon",)).clean(json.dumps(FEATURE)).geom_type == "MultiPolygon"
    assert ShapeField(("Point",)).clean(json.dumps(FEATURE)).geom_type == "Point"
    assert ShapeField(("Point",), required=False).clean(" ") is None
    assert ShapeField(("Point",)).prepare_value(Point(113.05, 23.7)) == "113.050000, 23.700000"
    with pytest.raises(ValidationError):
        ShapeField(("MultiPolygon",)).clean("113, 23")


def test_areas_and_lengths_are_those_of_the_ground() -> None:
    assert measured(read_shape(FEATURE)) == "1.14 km²"  # 1.0247 km by 1.1074 km on the ellipsoid
    assert measured(GEOSGeometry("LINESTRING(113 23, 113 24)", srid=4326)) == "111.20 km"
    assert measured(Point(1, 1, srid=4326)) == ""
