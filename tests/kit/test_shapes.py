"""Places in forms: what is read, mended, refused and measured."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
import shapefile
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError

from anlan.apps.supplies.models import Depot
from anlan.apps.supplies.tests import factories as depots
from anlan.kit.desk.places import MOST_BYTES, ShapeField, measured
from anlan.kit.inputs.places import read_shape
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.officers import engaged

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


def zipped(shapes: list[list[list[list[float]]]], prj: str = "") -> SimpleUploadedFile:
    """A shapefile in an archive, as a surveyor sends it."""
    parts = {end: io.BytesIO() for end in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts) as writer:
        writer.field("name", "C")
        for rings in shapes:
            writer.poly(rings)
            writer.record("x")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for end, content in parts.items():
            archive.writestr(f"Area.{end}", content.getvalue())
        archive.writestr("area.prj", prj)
    return SimpleUploadedFile("area.zip", packed.getvalue())


def test_a_file_is_read_by_the_bounded_reader() -> None:
    field = ShapeField(("MultiPolygon",))
    away = [[lon + 1, lat] for lon, lat in SQUARE]
    assert field.clean(zipped([[SQUARE[::-1]], [away[::-1]]], 'GEOGCS["GCS_China_2000"]')).num_geom == 2
    assert field.clean(SimpleUploadedFile("a.geojson", json.dumps(FEATURE).encode())).num_geom == 1
    assert field.clean(SimpleUploadedFile("a.kml", KML.encode())).num_geom == 1
    kmz = io.BytesIO()
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.writestr("doc.kml", KML)
    assert field.clean(SimpleUploadedFile("a.kmz", kmz.getvalue())).num_geom == 1
    assert field.prepare_value(zipped([[SQUARE[::-1]]])) == ""


@pytest.mark.parametrize(
    "file",
    [
        zipped([[SQUARE[::-1]]], 'PROJCS["CGCS2000_3_Degree_GK_CM_114E"]'),
        zipped([[[[500_000.0, 2_600_000.0], [500_000.0, 2_600_100.0], [500_100.0, 2_600_100.0], [500_000.0, 2_600_000.0]]]]),
        zipped([]),
        SimpleUploadedFile("a.zip", b"PK\x03\x04 broken"),
        SimpleUploadedFile("a.geojson", b"\xff\xfe\x00"),
        SimpleUploadedFile("a.geojson", b"x" * (MOST_BYTES + 1)),
    ],
)
def test_a_file_that_holds_no_place_is_refused_in_words(file: SimpleUploadedFile) -> None:
    file.seek(0)
    with pytest.raises(ValidationError) as refused:
        ShapeField(("MultiPolygon",)).clean(file)
    assert refused.value.messages[0]


def test_a_record_takes_its_place_from_a_file(cast: dict[str, Any]) -> None:
    given = depots.depot_values("441802", 7) | {"area": "441802", "location": ""}
    file = SimpleUploadedFile("a.geojson", json.dumps(FEATURE).encode())
    with engaged() as officers:
        page = officers.insider.client.get("/supplies/depots/new/")
        assert not page.context["form"].errors, "nothing was sent yet"
        assert b'data-kinds="Point"' in page.content and b"multipart/form-data" in page.content
        answer = officers.insider.client.post("/supplies/depots/new/", given | {"location-file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    with entered(Scope.everything("system:test")):
        assert Depot.objects.get(code=given["code"]).location.x == pytest.approx(113.005)


def test_the_outlines_of_divisions_are_one_area(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    one = client.get("/places/outlines.json?code=441802").json()
    both = client.get("/places/outlines.json?code=441802&code=441803&code=nothing").json()
    assert shapely.geometry.shape(both).area > shapely.geometry.shape(one).area > 0
    assert client.get("/places/outlines.json?code=nothing").status_code == 404
    assert client.get("/places/ground.json").json()["outlines"] == "/places/outlines.json"
