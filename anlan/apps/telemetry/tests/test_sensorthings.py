"""The SensorThings service: what a foreign client reads and sends, inside its jurisdiction, and what is refused in words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from anlan.apps.telemetry.models import Reading
from anlan.apps.telemetry.tests.factories import T0
from anlan.kit.testing.plugin import assert_nothing_happened

ROOT = "/api/sensorthings/v1.1"
STREAM = "QY-H01.water_level"


@pytest.fixture
def readings(cast: dict[str, Any]) -> Any:
    """Send an hour of stage, every ten minutes."""
    rows = [
        {
            "station": "QY-H01",
            "quantity": "water_level",
            "time": (T0 + timedelta(minutes=10 * n)).isoformat(),
            "value": 30 + n / 10,
        }
        for n in range(7)
    ]
    client = cast["integrator"].client
    sent = client.post("/api/v1/telemetry/readings/", json.dumps({"readings": rows}), content_type="application/json")
    assert sent.json()["accepted"] == 7
    return rows


def asked(client: Any, path: str, status: int = 200, **options: Any) -> Any:
    """Ask for an address of the service, in English."""
    given = {f"${name}": value for name, value in options.items()}
    answer = client.get(f"{ROOT}/{quote(path, safe='/()$,')}", given, headers={"accept-language": "en"})
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_root_names_the_eight_sets(cast: dict[str, Any]) -> None:
    found = cast["city_officer"].client.get(ROOT).json()
    assert len(found["value"]) == 8
    assert found["value"][0]["url"] == f"http://testserver{ROOT}/Things"
    assert found["serverSettings"]["conformance"]


def test_every_link_that_is_told_leads_somewhere(cast: dict[str, Any], readings: Any) -> None:
    client = cast["city_officer"].client
    for name in (
        "Things",
        "Locations",
        "HistoricalLocations",
        "Datastreams",
        "Sensors",
        "ObservedProperties",
        "Observations",
        "FeaturesOfInterest",
    ):
        first = asked(client, name, top=1)["value"][0]
        for key, link in first.items():
            if key.endswith(("Link", "selfLink")):
                assert client.get(link).status_code == 200, link
        assert asked(client, f"{name}('{first['@iot.id']}')")["@iot.id"] == first["@iot.id"]


def test_a_things_newest_observations_in_one_question(cast: dict[str, Any], readings: Any) -> None:
    expand = "Datastreams($select=name,id;$expand=Observations($orderby=phenomenonTime desc;$top=2)),Locations"
    found = asked(cast["city_officer"].client, "Things('QY-H01')", expand=expand)
    stream = next(one for one in found["Datastreams"] if one["@iot.id"] == STREAM)
    assert [one["result"] for one in stream["Observations"]] == [30.6, 30.5]
    assert found["Locations"][0]["location"]["type"] == "Point"


def test_each_datastream_is_shown_with_its_own_thing(cast: dict[str, Any]) -> None:
    """One station shown for all of them is what a library that was tried did."""
    found = asked(cast["city_officer"].client, "Datastreams", expand="Thing,ObservedProperty", top=200)["value"]
    assert len({one["Thing"]["@iot.id"] for one in found}) > 5
    for one in found:
        assert one["@iot.id"] == f"{one['Thing']['@iot.id']}.{one['ObservedProperty']['@iot.id']}"


@pytest.mark.parametrize(
    ("path", "wanted", "count"),
    [
        ("Observations", "result gt 30.35", 3),
        ("Observations", "phenomenonTime ge 2022-06-15T00:20:00Z and phenomenonTime lt 2022-06-15T00:40:00Z", 2),
        (f"Datastreams('{STREAM}')/Observations", "result eq 30 or result eq 30.6", 2),
        ("Things", "id eq 'QY-H01'", 1),
        ("Things", "Datastreams/ObservedProperty/id eq 'water_level' and startswith(id,'QY-H0')", 9),
        ("Datastreams", "Thing/id eq 'QY-H01' and ObservedProperty/id eq 'water_level'", 1),
        ("Things", "@iot.id eq 'QY-H01' or name eq '@iot.id'", 1),
        ("Locations", "(location/type eq 'Point' or location/geometry/type eq 'Point') and id eq 'QY-H01'", 1),
        ("Locations", "location/type eq 'Polygon' or location/geometry/type eq 'Polygon'", 0),
        (
            "Locations",
            "geo.intersects(location, geography'Polygon ((113.4 24.1, 113.5 24.1, 113.5 24.2, 113.4 24.2, 113.4 24.1))')",
            2,
        ),
        ("FeaturesOfInterest", "feature/type eq 'Point' and id eq 'QY-H01'", 1),
        ("Datastreams", "observedArea/type eq 'Point' and id eq 'QY-H01.water_level'", 1),
    ],
)
def test_a_filter_narrows_by_what_it_names(cast: dict[str, Any], readings: Any, path: str, wanted: str, count: int) -> None:
    found = asked(cast["city_officer"].client, path, filter=wanted, count="true", top=100)
    assert (found["@iot.count"], len(found["value"])) == (count, count)


def test_pages_follow_one_another_without_a_gap(cast: dict[str, Any], readings: Any) -> None:
    client, seen = cast["city_officer"].client, []
    link = f"{ROOT}/Observations?$top=3&$orderby=phenomenonTime asc"
    while link:
        found = client.get(link).json()
        seen += [one["result"] for one in found["value"]]
        link = found.get("@iot.nextLink", "")
    assert seen == [30 + n / 10 for n in range(7)]


def test_data_arrays_both_ways(cast: dict[str, Any], readings: Any) -> None:
    found = asked(cast["city_officer"].client, f"Datastreams('{STREAM}')/Observations", resultFormat="dataArray", top=2)["value"]
    assert [line[2] for line in found[0]["dataArray"]] == [30.6, 30.5]
    lines = [["2022-06-15T02:00:00Z", 31.0], ["2022-06-15T02:10:00Z", 31.1], ["2022-06-15T02:20:00Z", "wet"]]
    body = [{"Datastream": {"@iot.id": STREAM}, "components": ["phenomenonTime", "result"], "dataArray": lines}]
    sent = cast["integrator"].client.post(f"{ROOT}/CreateObservations", json.dumps(body), content_type="application/json")
    assert sent.status_code == 201
    told = sent.json()
    assert told[0] == f"http://testserver{ROOT}/Observations('{STREAM}.1655258400000')"
    assert told[2].startswith("error: ")


def test_an_observation_is_posted_and_read_at_its_link(cast: dict[str, Any]) -> None:
    client = cast["integrator"].client
    body = {"phenomenonTime": "2022-06-15T02:00:00Z", "result": 31.25}
    sent = client.post(f"{ROOT}/Datastreams('{STREAM}')/Observations", json.dumps(body), content_type="application/json")
    assert sent.status_code == 201, sent.content
    assert client.get(sent["Location"]).json()["result"] == 31.25
    assert client.get(sent["Location"] + "/result/$value").content == b"31.25"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("Observations", {"phenomenonTime": "2022-06-15T02:00:00Z", "result": 1}, 422),
        ("Observations", ["x"], 422),
        (f"Datastreams('{STREAM}')/Observations", {"phenomenonTime": "yesterday", "result": 1}, 422),
        ("Datastreams('QY-H01.colour')/Observations", {"phenomenonTime": "2022-06-15T02:00:00Z", "result": 1}, 404),
        ("Sensors", {"name": "a new one"}, 404),
        ("CreateObservations", [{"components": []}], 422),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(cast: dict[str, Any], path: str, body: Any, status: int) -> None:
    with assert_nothing_happened(Reading):
        answer = cast["integrator"].client.post(f"{ROOT}/{path}", json.dumps(body), content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
        assert answer.json()["title"]


def test_who_only_reads_delivers_nothing(cast: dict[str, Any]) -> None:
    body = json.dumps({"phenomenonTime": "2022-06-15T02:00:00Z", "result": 31.25})
    with assert_nothing_happened(Reading):
        answer = cast["city_officer"].client.post(
            f"{ROOT}/Datastreams('{STREAM}')/Observations", body, content_type="application/json"
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("Nothings", {}, 404),
        ("Things('nowhere')", {}, 404),
        ("Things('QY-H01')/Datastreams('QY-H02.water_level')", {}, 404),
        ("Observations('QY-H01.water_level.12x')", {}, 404),
        ("Things", {"filter": "note eq"}, 422),
        ("Things", {"filter": "source eq 'x'"}, 422),
        ("Observations", {"filter": "value gt 1"}, 422),
        ("Locations", {"filter": "geo.intersects(location, geography'Polygon ((1 2))')"}, 422),
        ("Locations", {"filter": "geo.intersects(location, geography'here')"}, 422),
        ("Locations", {"filter": "geo.intersects(name, geography'Point (1 2)')"}, 422),
        ("Locations", {"filter": "geo.intersects(1, geography'Point (1 2)')"}, 422),
        ("Locations", {"orderby": "location"}, 422),
        ("Things", {"orderby": "colour"}, 422),
        ("Things", {"select": "colour"}, 422),
        ("Things", {"expand": "Observations"}, 422),
        ("Things", {"top": "many"}, 422),
        ("Things", {"best": "1"}, 422),
        ("Sensors", {"filter": "id eq 'river'"}, 422),
        ("Things('", {}, 422),
    ],
)
def test_a_question_that_means_nothing_is_refused_in_words(
    cast: dict[str, Any], path: str, options: dict[str, str], status: int
) -> None:
    found = asked(cast["city_officer"].client, path, status, **options)
    assert found["title"]


def test_a_county_reads_its_own_and_nobody_else_anything(cast: dict[str, Any], readings: Any, client: Any) -> None:
    found = asked(cast["county_officer"].client, "Things", top=500)["value"]
    assert {one["properties"]["area"][:6] for one in found} == {"441802"}
    assert asked(cast["county_officer"].client, "Observations", count="true")["@iot.count"] == 0  # QY-H01 is Yingde's
    asked(cast["county_officer"].client, f"Datastreams('{STREAM}')", 404)
    assert client.get(f"{ROOT}/Things").status_code == 401
