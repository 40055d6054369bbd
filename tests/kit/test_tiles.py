"""Vector tiles and GeoJSON of the desks: right places and properties, bounded, and nothing of the neighbour's."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import translation

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.models import Station
from anlan.apps.warning import actions as warning
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.desk import DESKS, tiles
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.tiles import features

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
CITY = (113.05, 23.7)


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """Return the tile around a point."""
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return z, int((lon + 180) / 360 * n), int(y)


def ask(member: Any, address: str, at: tuple[int, int, int], **headers: str) -> Any:
    """Ask for a tile as one of the cast."""
    z, x, y = at
    return member.client.get(f"{address}tiles/{z}/{x}/{y}.mvt", headers=headers)


@pytest.fixture
def alarmed(live: Scope) -> Any:
    """Make alarms at Feilaixia, in Qingcheng."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        rows = [telemetry.RawReading(2, "QY-H02", "water_level", T0, 22.2)]
        telemetry.detect(telemetry.ingest(rows, "test").batch)
        outbox.drain()
        yield


def test_a_tile_holds_the_points_with_what_the_desk_declares(alarmed: None, cast: Any, tmp_path: Path) -> None:
    at = tile_at(*CITY, 7)
    answer = ask(cast["city_officer"], "/telemetry/stations/", at)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert "private" in answer["Cache-Control"]
    rows = features(answer.content, at, tmp_path)["stations"]
    station = Station.objects.get(code="QY-H02")
    shown = next(row for row in rows if row["code"] == "QY-H02")
    assert (shown["id"], shown["label"]) == (station.pk, "飞来峡")
    assert shown["level"] == Alarm.objects.get().colour
    assert bool(shown["fresh"]) is True
    assert shown["lon"] == pytest.approx(station.location.x, abs=0.01)
    assert shown["lat"] == pytest.approx(station.location.y, abs=0.01)
    quiet = next(row for row in rows if row["code"] == "QY-H01")
    assert (quiet["level"], bool(quiet["fresh"])) == ("normal", False)


def test_where_names_have_no_room_the_gravest_is_named(alarmed: None, cast: Any, tmp_path: Path, live: Scope) -> None:
    alarmed_at = Station.objects.get(code="QY-H02")
    for n in range(3):
        twin = {"code": f"T-{n}", "name": f"旁站{n}", "kind": "river", "area": "441802", "location": alarmed_at.location}
        StationDesk.create(values=twin)
    at = tile_at(*CITY, 7)
    rows = features(ask(cast["city_officer"], "/telemetry/stations/", at).content, at, tmp_path)["stations"]
    near = {r["code"]: bool(r["named"]) for r in rows if r["code"].startswith("T-") or r["code"] == "QY-H02"}
    assert near == {"QY-H02": True, "T-0": False, "T-1": False, "T-2": False}


def test_a_tile_speaks_the_askers_language(cast: Any, tmp_path: Path, live: Scope) -> None:
    at = tile_at(*CITY, 7)
    rows = features(ask(cast["city_officer"], "/telemetry/stations/", at, **{"accept-language": "en"}).content, at, tmp_path)[
        "stations"
    ]
    with translation.override("en"):
        labels = {s.pk: str(s) for s in Station.objects.all()}
    assert rows
    assert all(row["label"] == labels[row["id"]] for row in rows)
    assert any(row["label"].isascii() for row in rows)


def test_the_same_tile_again_is_not_sent_again(cast: Any) -> None:
    at = tile_at(*CITY, 7)
    tag = ask(cast["city_officer"], "/telemetry/stations/", at)["ETag"]
    again = ask(cast["city_officer"], "/telemetry/stations/", at, **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_outlines_and_points_are_two_layers(cast: Any, tmp_path: Path) -> None:
    at = tile_at(*CITY, 9)
    found = features(ask(cast["city_officer"], "/places/divisions/", at).content, at, tmp_path)
    assert {"divisions", "divisions_outline"} <= set(found)
    assert "441802" in {row["code"] for row in found["divisions_outline"]}


def test_outside_the_grid_there_is_no_tile_and_an_empty_one_says_so(cast: Any) -> None:
    for at in ((0, 1, 0), (0, 0, 1), (3, 8, 0), (23, 0, 0), (99, 0, 0)):
        assert ask(cast["city_officer"], "/telemetry/stations/", at).status_code == 404, at
    far = ask(cast["city_officer"], "/telemetry/stations/", (7, 0, 0))
    assert (far.status_code, far.content) == (204, b"")
    assert cast["city_officer"].client.get("/response/tasks/tiles/0/0/0.mvt").status_code == 404
    assert cast["anonymous"].client.get("/telemetry/stations/tiles/0/0/0.mvt").status_code == 302


def test_the_neighbour_sees_nothing_of_the_county_in_any_tile(alarmed: None, cast: Any, tmp_path: Path) -> None:
    draft = Warning.objects.get()
    checked = 0
    for desk in DESKS.values():
        if not (desk.point or desk.outline) or not hasattr(desk.record, "area"):
            continue
        ours = {row.pk for row in desk.record.objects.all() if row.area.startswith("441802")}
        for z in (5, 9):
            at = tile_at(*CITY, z)
            answer = ask(cast["neighbour"], f"/{desk.app()}/{desk.slug}/", at)
            if answer.status_code == 403:
                continue  # a role that may look at no such record is given no tile at all
            rows = (
                [r for layer in features(answer.content, at, tmp_path / desk.slug).values() for r in layer]
                if answer.content
                else []
            )
            assert not ours & {row["id"] for row in rows}, desk
            own = ask(cast["county_officer"], f"/{desk.app()}/{desk.slug}/", at)
            seen = features(own.content, at, tmp_path / "own" / desk.slug) if own.content else {}
            checked += bool(ours & {row["id"] for layer in seen.values() for row in layer})
    assert checked >= 4, "what the county's own officer sees is what the neighbour must not"
    assert draft.area == "441802"


def test_row_security_is_the_second_lock_of_a_tile(alarmed: None, cast: Any) -> None:
    """Even past the manager's scope, the connection gives a neighbour no row of the county's."""
    with entered(cast["neighbour"].scope), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telemetry_station WHERE area LIKE '441802%'")
        assert cursor.fetchone() == (0,)


def test_a_published_warning_shows_its_outline_to_every_county(alarmed: None, cast: Any, tmp_path: Path) -> None:
    draft = Warning.objects.get()
    at = tile_at(*CITY, 7)
    assert ask(cast["neighbour"], "/warning/warnings/", at).status_code == 204
    with clock.frozen(T0 + timedelta(minutes=2)):
        warning.sign(warning=draft.pk)
        warning.publish(warning=draft.pk)
    own = features(ask(cast["county_officer"], "/warning/warnings/", at).content, at, tmp_path)
    assert [(row["state"], row["level"]) for row in own["warnings_outline"]] == [("published", draft.colour)]


def test_a_full_tile_says_that_it_left_rows_out(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = tile_at(*CITY, 5)
    assert "X-Truncated" not in ask(cast["city_officer"], "/telemetry/stations/", at)
    monkeypatch.setattr(tiles, "TILE_FEATURES", 3)
    assert ask(cast["city_officer"], "/telemetry/stations/", at)["X-Truncated"] == "true"


def test_geojson_keeps_to_the_box_and_to_two_megabytes(cast: Any, live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast["city_officer"].client
    everything = client.get("/telemetry/stations/map.geojson").json()
    assert everything["truncated"] is False
    station = Station.objects.get(code="QY-H02")
    x, y = station.location.coords
    near = client.get(f"/telemetry/stations/map.geojson?bbox={x - 0.01},{y - 0.01},{x + 0.01},{y + 0.01}").json()
    assert station.pk in [f["id"] for f in near["features"]]
    assert len(near["features"]) < len(everything["features"])
    assert near["features"][0]["properties"]["url"]
    for box in ("1,2,3", "a,b,c,d", "2,2,1,1", "nan,0,1,1", "0,0,inf,1", "-181,0,1,1"):
        assert client.get(f"/telemetry/stations/map.geojson?bbox={box}").status_code == 422, box
    outlines = client.get("/places/divisions/map.geojson")
    assert len(outlines.content) < 2_000_000
    monkeypatch.setattr(tiles, "GEOJSON_BYTES", 1000)
    few = client.get("/telemetry/stations/map.geojson")
    assert few.json()["truncated"] is True
    assert len(few.content) < 1000
