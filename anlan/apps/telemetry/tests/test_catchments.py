"""Catchments of stations: told where the terrain knows all that drains there, refused in words where it does not; rain on them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.test import override_settings

from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries import catchments
from anlan.apps.telemetry.tests.factories import T0
from anlan.apps.telemetry.tests.test_rain import put
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import Member
from anlan.lib.places import square_metres

ADDRESS = "/api/v1/telemetry/catchments/"
#: Of the pack: on the Lianjiang, whose basin lies within the terrain; on the Beijiang, whose does not.
WITHIN, ABOVE, BEYOND = "QY-H05", "QY-H11", "QY-H01"


def by_code() -> dict[str, catchments.Catchment]:
    """Return the catchments of the pack's stations."""
    return {one.station.code: one.catchment for one in catchments.readable()}


def test_the_lianjiang_is_told_and_the_main_stem_is_not(live: Scope) -> None:
    found = by_code()
    gaodao, dawan = found[WITHIN], found[ABOVE]
    assert gaodao.km2 == pytest.approx(9007, rel=0.1), "its published area, from memory (K-)"
    assert gaodao.outline is not None and dawan.outline is not None and gaodao.why == ""
    assert square_metres(gaodao.outline) / 1e6 == pytest.approx(gaodao.km2, rel=0.02)
    assert square_metres(shapely.difference(dawan.outline, gaodao.outline)) == 0, (
        "what drains to a gauge drains to the next one below"
    )
    assert "1.1 公里" in gaodao.note and gaodao.away_km < 8
    for code in (BEYOND, "QY-H02", "QY-H03", "QY-H04"):
        assert found[code].outline is None and "超出" in found[code].why, code
    assert not any(code.startswith("QY-R") for code in found), "a rain gauge that names no river tells of no stream"


def test_a_point_and_what_lies_outside_or_is_too_small(live: Scope) -> None:
    here = catchments.at(112.3, 24.72)
    assert here is not None and here.outline is not None and here.km2 > 100
    assert catchments.at(100.0, 24.0) == catchments.Catchment("off") and "之外" in catchments.Catchment("off").why
    tops = [catchments.at(112.994 + n / 60, 24.926) for n in range(-2, 3)]  # the province's highest summit
    assert any(one is not None and one.fault == "small" and one.outline is None and one.why for one in tops)


def test_a_gauge_of_a_river_that_is_not_drawn_stands_at_none_that_is(live: Scope) -> None:
    for n, river in enumerate(("", "试验河")):
        created(
            Station, area="441881114", code=f"C{n}", name="某", kind="village", river=river, location=Point(112.93722, 24.34139)
        )
    drawn, other = (one.catchment for one in catchments.readable() if one.station.code in ("C0", "C1"))
    assert drawn.km2 > 5000 > other.km2
    notes = {one.station.code: one.note for one in catchments.readable()}
    assert "河流不在地图上" in notes["C1"] and all("河流不在地图上" not in notes[code] for code in ("C0", WITHIN))


def test_a_pack_without_terrain_offers_nothing(live: Scope, tmp_path: Any, settings: Any) -> None:
    with override_settings(CONFIG=replace(settings.CONFIG, pack=tmp_path)):
        assert catchments.readable() == [] and catchments.at(112.3, 24.7) is None and list(catchments.offered()) == []


def test_page_of_a_station_tells_its_catchment_as_an_estimate(live: Scope, cast: dict[str, Member]) -> None:
    def page(code: str) -> str:
        row = Station.objects.get(code=code)
        return cast["city_officer"].client.get(f"/telemetry/stations/{row.pk}/").content.decode()

    told, refused = page(WITHIN), page(BEYOND)
    assert "集水面积约" in told and "估" in told and "镇中心" in told and "<svg" in told
    assert "超出已知地形" in refused and "集水面积约" not in refused
    assert "超出已知地形" not in page("QY-R01")


def test_api_tells_outlines_of_the_asker_and_words_where_there_is_none(live: Scope, cast: dict[str, Member]) -> None:
    rows = {row["station"]: row for row in cast["city_officer"].client.get(ADDRESS).json()}
    outline = shapely.from_geojson(json.dumps(rows[WITHIN]["outline"]))
    assert outline.is_valid and rows[WITHIN]["km2"] > 5000 and rows[WITHIN]["note"]
    assert rows[BEYOND]["outline"] is None and rows[BEYOND]["km2"] is None and "超出" in rows[BEYOND]["note"]
    (one,) = cast["city_officer"].client.get(ADDRESS, {"station": WITHIN}).json()
    assert one == rows[WITHIN]
    assert cast["city_officer"].client.get(ADDRESS, {"gauge": WITHIN}).status_code == 400
    neighbour = {row["station"] for row in cast["neighbour"].client.get(ADDRESS).json()}
    assert WITHIN in neighbour and "QY-H02" not in neighbour
    assert cast["anonymous"].client.get(ADDRESS).status_code == 401


def test_rain_on_a_catchment_is_that_of_its_gauges(live: Scope, cast: dict[str, Member]) -> None:
    with clock.frozen(T0):
        put("QY-R05", *[2.0] * 24)
        put("QY-R09", *[4.0] * 24)
        told = cast["city_officer"].client.get("/api/v1/telemetry/rain/").json()["catchments"]
        page = cast["city_officer"].client.get("/telemetry/rainfall/").content.decode()
    found = {(c["code"], c["hours"]): c for c in told}
    assert 48 < found[WITHIN, 24]["mean"] < 96 and found[WITHIN, 24]["gauges"] == 2 and found[WITHIN, 24]["near"] < 0.5
    assert not any(code == BEYOND for code, _hours in found)
    assert "集水区" in page and "高道(昂坝) ·" in page and "英德(五)：" in page.replace(": ", "：")
