"""Circles and offered grounds: what lies where one may warn, whom nobody else sees, and a draft made of it."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

import pytest
import shapely

from anlan.apps.alarms import actions as alarm_actions
from anlan.apps.earthquakes.tests import factories as earthquakes
from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.events import LevelMoved
from anlan.apps.typhoons.tests import factories as typhoons
from anlan.apps.warning import actions, grounds
from anlan.apps.warning.models import Warning
from anlan.kit import clock
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.corridors import metres

ADDRESS = "/api/v1/warning/grounds/"
WORDS = {"hazard": "river_flood", "level": 2, "headline_zh": "洪水黄色预警", "description_zh": "水位上涨。"}


@pytest.mark.parametrize("km", [0.1, 5.0, 50.0])
def test_a_circle_is_as_large_as_it_says(live: Scope, km: float) -> None:
    made = grounds.circle("113.05, 23.70", km)
    assert metres(made, 113.05, 23.7).area == pytest.approx(math.pi * (km * 1000) ** 2, rel=0.01)


def test_its_centre_is_a_point_a_division_or_a_station(live: Scope) -> None:
    at = {name: shapely.centroid(grounds.circle(name, 2)) for name in ("清城区", "qingchengqu", "QY-H02", "113.235，23.759")}
    assert places.geometry_of("441802").contains(places.geometry_of("441802").centroid)
    assert at["清城区"].equals(at["qingchengqu"])
    assert at["QY-H02"].distance(at["113.235，23.759"]) < 0.001


@pytest.mark.parametrize(
    ("centre", "km", "field"), [("", 5, "centre"), ("亚特兰蒂斯", 5, "centre"), ("200, 23", 5, "centre"), ("113, 23", 0, "km")]
)
def test_what_is_no_circle_is_said_in_words(live: Scope, cast: dict[str, Any], centre: str, km: float, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        grounds.circle(centre, km)
    assert refused.value.field == field
    answer = cast["signer"].client.get(f"{ADDRESS}circle/", {"centre": centre, "km": km})
    assert answer.status_code == 422 and answer.json()["field"] == field
    shown = cast["signer"].client.post("/warning/draft/circle/", {"centre": centre, "km": str(km), "outline": "KEPT"})
    assert "KEPT" in shown.content.decode() and ('role="alert"' in shown.content.decode()) == bool(centre)


def test_a_circle_fills_the_outline_and_becomes_a_draft(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    with assert_nothing_happened(Warning):
        shown = client.post("/warning/draft/circle/", {"centre": "113.05, 23.70", "km": "3"})
        made = client.get(f"{ADDRESS}circle/", {"centre": "113.05, 23.70", "km": "3"}).json()["outline"]
    assert shown["HX-Trigger-After-Swap"] == "areas-changed" and "Polygon" in shown.content.decode()
    ends = (clock.now() + timedelta(hours=24)).isoformat()
    answer = client.post(
        "/api/v1/warning/warnings/draft/", {**WORDS, "expires_at": ends, "outline": json.dumps(made)}, "application/json"
    )
    assert answer.status_code == 201, answer.content
    assert Warning.objects.get().areas.get().outline.area == pytest.approx(shapely.from_geojson(json.dumps(made)).area, rel=0.01)


def test_the_swath_of_a_storm_and_the_rings_of_a_shock_are_offered_within_the_own_area(live: Scope, cast: dict[str, Any]) -> None:
    storm, shock = typhoons.storm("4418", 1), earthquakes.earthquake("4418", 1)
    found = {role: cast[role].client.get(ADDRESS).json() for role in ("signer", "county_officer")}
    keys = {one["key"] for one in found["signer"]}
    assert f"typhoons:{storm.pk}-30" in keys
    assert any(key.startswith(f"earthquakes:{shock.pk}-") for key in keys)
    assert any(key.startswith("rivers:") for key in keys)
    assert f"typhoons:{storm.pk}-64" not in keys, "it is no longer so strong when it comes near"
    for role, area in (("signer", "4418"), ("county_officer", "441802")):
        own = shapely.from_wkb(bytes(places.geometry_of(area).wkb)).buffer(0.001)
        for one in found[role]:
            shape = shapely.from_geojson(json.dumps(one["outline"]))
            assert shape.is_valid and own.contains(shape) and one["name"] and one["note"], one["key"]
    assert cast["anonymous"].client.get(ADDRESS).status_code == 401
    assert cast["reporter"].client.get(ADDRESS).status_code == 403


def test_an_offered_ground_fills_the_outline_and_one_that_is_gone_is_said(live: Scope, cast: dict[str, Any]) -> None:
    storm, client = typhoons.storm("4418", 1), cast["signer"].client
    listed = client.get("/warning/draft/offered/").content.decode()
    key = f"typhoons:{storm.pk}-30"
    assert key in listed
    with assert_nothing_happened(Warning):
        shown = client.post("/warning/draft/take/", {"ground": key, "outline": ""})
        gone = client.post("/warning/draft/take/", {"ground": "typhoons:0-30", "outline": "KEPT"}).content.decode()
        odd = client.post("/warning/draft/take/", {"ground": "nobody:1", "outline": "KEPT"}).content.decode()
    assert "MultiPolygon" in shown.content.decode() and shown["HX-Trigger-After-Swap"] == "areas-changed"
    assert all("KEPT" in one and 'role="alert"' in one for one in (gone, odd))


def test_what_is_offered_can_be_warned_of(live: Scope) -> None:
    typhoons.storm("4418", 1)
    now = clock.now()
    with entered(Scope.everything("system:test")):
        for second, choice in enumerate(grounds.offered()):  # ten drafts a second are refused
            with clock.frozen(now + timedelta(seconds=second)):
                text = shapely.to_geojson(choice.outline)
                draft = actions.draft(areas=[], outline=text, expires_at=now + timedelta(hours=9), **WORDS)
                assert draft.audience is not None
                actions.withdraw(warning=draft.pk, reason="试验")
        with pytest.raises(NotFound):
            grounds.taken("rivers:0")


def test_the_usual_words_name_what_is_drawn_not_the_whole_city(live: Scope, cast: dict[str, Any]) -> None:
    drawn = {"outline": json.dumps(shapely.geometry.mapping(grounds.circle("清城区", 2))), "hazard": "rainstorm", "level": "3"}
    filled = cast["signer"].client.post("/warning/draft/", drawn | {"fill": "1"}).content.decode()
    assert "清城区内划定范围" in filled and "the area drawn in Qingcheng District" in filled
    assert "本市暴雨" not in filled and "for the area&quot;" not in filled
    broken = cast["signer"].client.post("/warning/draft/", drawn | {"outline": "nonsense", "fill": "1"})
    assert broken.status_code == 200 and "nonsense" in broken.content.decode()


def test_beside_a_draft_stands_what_was_warned_of_here_before(live: Scope, cast: dict[str, Any]) -> None:
    asked = {"areas": "441802", "level": "3", "hazard": "rainstorm"}
    assert "从前" not in cast["signer"].client.post("/warning/draft/preview/", asked).content.decode()
    with clock.frozen(clock.now()):
        held = actions.draft(areas=["441802"], expires_at=clock.now() + timedelta(hours=6), **WORDS)
        with entered(Scope.everything("system:signer")):
            actions.sign(warning=held.pk)
            actions.publish(warning=held.pk)
    shown = cast["signer"].client.post("/warning/draft/preview/", asked).content.decode()
    assert "此地从前的预警" in shown and "洪水黄色预警" in shown


def test_a_catchment_is_offered_and_one_beyond_the_terrain_is_told_in_words(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    rows = {one["station"]: one for one in client.get(ADDRESS).json() if one["source"] == "catchments"}
    assert "QY-H05" in rows and "QY-H01" not in rows and "1.1 公里" in rows["QY-H05"]["note"]
    listed = client.get("/warning/draft/offered/").content.decode()
    assert rows["QY-H05"]["key"] in listed and "英德(五): " in listed and "超出已知地形" in listed
    beyond = f"catchments:{telemetry.Station.objects.get(code='QY-H01').pk}"
    with assert_nothing_happened(Warning):
        taken = client.post("/warning/draft/take/", {"ground": rows["QY-H05"]["key"], "outline": ""}).content.decode()
        refused = client.post("/warning/draft/take/", {"ground": beyond, "outline": "KEPT"}).content.decode()
    assert "MultiPolygon" in taken and "1.1 公里" in taken
    assert "KEPT" in refused and "超出已知地形" in refused


@pytest.mark.parametrize(
    ("centre", "words"),
    [("QY-H01", "超出已知地形"), ("nobody", "站码"), ("", "站码"), ("100, 24", "之外"), ("114.2, 23.9", "可发预警")],
)
def test_a_catchment_that_cannot_be_told_is_refused_by_page_and_api(
    live: Scope, cast: dict[str, Any], centre: str, words: str
) -> None:
    client = cast["signer"].client
    answer = client.get(f"{ADDRESS}catchment/", {"centre": centre})
    assert answer.status_code == 422 and answer.json()["field"] == "centre" and words in str(answer.json())
    shown = client.post("/warning/draft/catchment/", {"centre": centre, "outline": "KEPT"}).content.decode()
    assert "KEPT" in shown and words in shown


def test_a_draft_for_the_catchment_above_a_gauge_counts_its_people(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["signer"].client
    with assert_nothing_happened(Warning):
        shown = client.post("/warning/draft/catchment/", {"centre": "QY-H17"})
        made = client.get(f"{ADDRESS}catchment/", {"centre": "112.29442, 24.72063"}).json()
    assert shown["HX-Trigger-After-Swap"] == "areas-changed" and "MultiPolygon" in shown.content.decode() and made["note"]
    by_code = client.get(f"{ADDRESS}catchment/", {"centre": "QY-H17"}).json()
    assert by_code in client.get(ADDRESS).json(), "the same as is offered, by the same key"
    drawn = json.dumps(made["outline"])
    assert (
        "人口"
        in client.post("/warning/draft/preview/", {"outline": drawn, "level": "3", "hazard": "flash_flood"}).content.decode()
    )
    ends = (clock.now() + timedelta(hours=24)).isoformat()
    words = WORDS | {"hazard": "flash_flood", "headline_zh": "山洪黄色预警"}
    answer = client.post("/api/v1/warning/warnings/draft/", {**words, "expires_at": ends, "outline": drawn}, "application/json")
    assert answer.status_code == 201, answer.content
    assert Warning.objects.get().audience > 1000


def test_the_catchment_of_a_station_with_an_open_alarm_stands_first(live: Scope, cast: dict[str, Any]) -> None:
    stream = telemetry.Datastream.objects.get(station__code="QY-H17", quantity="water_level")
    moved = LevelMoved("river_flood", stream.pk, 0, 2, 21.0, 20.0, 0, clock.now())
    before = cast["signer"].client.get("/warning/draft/offered/").content.decode()
    assert alarm_actions.raise_alarm(moves=[moved])
    after = cast["signer"].client.get("/warning/draft/offered/").content.decode()
    assert "告警未结束" not in before and after.count("告警未结束") == 1
    assert before.index("高道(昂坝)以上") < before.index("连南以上")
    assert after.index("连南以上") < after.index("告警未结束") < after.index("高道(昂坝)以上")
