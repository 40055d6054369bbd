"""Things sent to the SensorThings service with all that hangs on them, by the client of FROST as it is, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import frost_sta_client as fsc
import pytest
from frost_sta_client.service import sensorthingsservice

from anlan.apps.places import api as places
from anlan.apps.telemetry import actions
from anlan.apps.telemetry.models import Datastream, Reading, Station
from anlan.apps.telemetry.sensorthings.entering import thing_of
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

ROOT = "http://testserver/api/sensorthings/v1.1"
AT = datetime(2022, 6, 15, 2, tzinfo=UTC)


@pytest.fixture
def service(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the client's service; what it says over HTTP goes to the program itself, as the integrator."""
    client = cast["integrator"].client

    http = sensorthingsservice.requests

    def request(method: str, url: Any, **more: Any) -> Any:
        body = json.dumps(more["json"]) if "json" in more else ""
        told = client.generic(method.upper(), str(url), body, content_type="application/json", headers={"accept-language": "en"})
        answer = http.Response()
        answer.status_code, answer._content, answer.url = told.status_code, told.content, str(url)
        answer.headers.update(told.headers.items())
        return answer

    monkeypatch.setattr(http, "request", request)
    yield fsc.SensorThingsService(ROOT)


def a_thing(code: str = "QY-X77", quantity: str = "water_level", unit: str = "m") -> Any:
    measured = fsc.Datastream(
        name="Stage",
        description="Stage at the bridge",
        observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        unit_of_measurement=fsc.UnitOfMeasurement("metre", unit, "http://unitsofmeasure.org/ucum#m"),
        sensor=fsc.Sensor("Radar", "A radar gauge", encoding_type="text/html", metadata="river"),
        observed_property=fsc.ObservedProperty(quantity, f"urn:anlan:quantity:{quantity}", "Stage"),
        properties={"stale_minutes": 30},
    )
    measured.observations = [
        fsc.Observation(phenomenon_time=(AT + timedelta(minutes=n)).isoformat(), result=20.0 + n) for n in range(2)
    ]
    place = fsc.Location(
        "Bridge", "At the bridge", "application/geo+json", location={"type": "Point", "coordinates": [113.05, 23.70]}
    )
    return fsc.Thing("Bridge gauge", "Of the enterprise", {"code": code}, locations=[place], datastreams=[measured])


def test_a_thing_is_entered_with_all_that_hangs_on_it_by_the_client_of_frost(service: Any, live: Scope) -> None:
    thing = a_thing()
    service.create(thing)
    assert thing.id == "QY-X77"
    row = Station.objects.get(code="QY-X77")
    assert (row.name, row.kind, row.area[:4], row.location.coords) == ("Bridge gauge", "river", "4418", (113.05, 23.7))
    stream = row.datastreams.get()
    assert (stream.quantity, stream.stale_after) == ("water_level", timedelta(minutes=30))
    assert list(Reading.objects.filter(datastream_id=stream.pk).order_by("at").values_list("value", flat=True)) == [20.0, 21.0]
    entry = JournalEntry.objects.filter(action="telemetry.enter_thing", record="telemetry.station").get()
    assert (entry.actor, entry.record_id) == ("gauge", str(row.pk))
    # and reads it again in its own ways
    found = service.things().find("QY-X77")
    assert found.name == "Bridge gauge"
    assert [one.name for one in service.things().query().filter("id eq 'QY-X77'").list()] == ["Bridge gauge"]
    streams = service.datastreams().query().filter("Thing/id eq 'QY-X77'").expand("Thing,ObservedProperty").list()
    assert [(one.id, one.thing.id) for one in streams] == [("QY-X77.water_level", "QY-X77")]
    newest = service.observations().query().filter("result gt 20.5").orderby("phenomenonTime", "desc").top(1).count().list()
    assert (newest.count, [one.result for one in newest.entities]) == (1, [21.0])


def test_a_datastream_and_observations_are_added_to_it(service: Any, live: Scope) -> None:
    thing = a_thing()
    service.create(thing)
    rain = a_thing(quantity="rain", unit="mm").datastreams.entities[0]
    rain.thing = fsc.Thing(id="QY-X77")
    rain.observations = None
    service.create(rain)
    assert rain.id == "QY-X77.rain"
    said = fsc.Observation(
        phenomenon_time=(AT + timedelta(hours=1)).isoformat(), result=3.5, datastream=fsc.Datastream(id=rain.id)
    )
    service.create(said)
    assert Reading.objects.get(datastream_id=Datastream.objects.get(station__code="QY-X77", quantity="rain").pk).value == 3.5
    assert service.observations().find(said.id).result == 3.5


THING = {
    "name": "Gauge",
    "properties": {"kind": "river"},
    "Locations": [{"location": {"type": "Point", "coordinates": [113.05, 23.7]}}],
}
STREAM = {"ObservedProperty": {"name": "water_level"}, "unitOfMeasurement": {"symbol": "m"}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 422),
        ({}, 422),
        ({**THING, "Locations": []}, 422),
        ({**THING, "Locations": [{"location": {"type": "Point", "coordinates": ["x", 1]}}]}, 422),
        ({**THING, "Locations": [{"location": {"type": "Point", "coordinates": [2.35, 48.85]}}]}, 422),
        ({**THING, "properties": {"code": "no blanks"}}, 422),
        ({**THING, "properties": {"code": "QY-H01", "kind": "river"}}, 409),
        ({**THING, "properties": {}}, 422),
        ({**THING, "properties": {"kind": "river", "area": "4419"}}, 403),
        ({**THING, "Datastreams": {}}, 422),
        ({**THING, "Datastreams": [{**STREAM, "ObservedProperty": {"name": "colour"}}]}, 422),
        ({**THING, "Datastreams": [{**STREAM, "unitOfMeasurement": {"symbol": "cm"}}]}, 422),
        ({**THING, "Datastreams": [STREAM, STREAM]}, 409),
        ({**THING, "Datastreams": [{**STREAM, "properties": {"stale_minutes": "often"}}]}, 422),
        ({**THING, "Datastreams": [{**STREAM, "Observations": [{"phenomenonTime": "yesterday", "result": 1}]}]}, 422),
        ({**THING, "Datastreams": [{**STREAM, "Observations": [{"phenomenonTime": AT.isoformat(), "result": 1e9}]}]}, 422),
    ],
)
def test_a_thing_at_fault_enters_nothing(cast: dict[str, Any], body: Any, status: int) -> None:
    with assert_nothing_happened(Station, Datastream, Reading):
        answer = cast["integrator"].client.post(f"{ROOT}/Things", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        assert answer.json()["title"]


def test_a_gateway_of_an_enterprise_enters_on_its_own_ground_and_on_no_other(as_: Any, live: Scope) -> None:
    town = max(places.divisions_at(113.05, 23.7), key=len)
    may = ("telemetry.add_station", "telemetry.add_datastream", "telemetry.ingest_readings", "telemetry.view_station")
    row = {"phenomenonTime": AT.isoformat(), "result": 20.0}
    body = {**THING, "properties": {"code": "QY-E09", "kind": "river"}, "Datastreams": [{**STREAM, "Observations": [row]}]}
    with as_(f"{town}901", *may, actor="gateway"):
        made = actions.enter_thing(thing=thing_of(body), raw=json.dumps(body).encode())
        assert made.area == f"{town}901"
    away = {
        **body,
        "properties": {"code": "QY-E10", "kind": "river"},
        "Locations": [{"location": {"type": "Point", "coordinates": [113.4, 24.19]}}],
    }
    with as_(f"{town}901", *may, actor="gateway"), assert_nothing_happened(Station), pytest.raises(NotAuthorised):
        actions.enter_thing(thing=thing_of(away), raw=b"{}")
    with as_(f"{town}902", *may, actor="next door"):
        assert not Station.objects.filter(code="QY-E09").exists()


def test_who_may_not_enter_stations_enters_none(cast: dict[str, Any]) -> None:
    outside = {**THING, "Locations": [{"location": {"type": "Point", "coordinates": [113.40, 24.19]}}]}
    with_readings = {**THING, "Datastreams": [{**STREAM, "Observations": [{"phenomenonTime": AT.isoformat(), "result": 20}]}]}
    own = {"Thing": {"@iot.id": "QY-H01"}, **STREAM, "ObservedProperty": {"name": "rain"}, "unitOfMeasurement": {"symbol": "mm"}}
    with assert_nothing_happened(Station, Datastream, Reading):
        for who, path, body, status in (
            ("city_officer", "Things", THING, 403),
            ("county_officer", "Things", outside, 403),
            ("county_officer", "Things", with_readings, 403),
            ("county_officer", "Datastreams", own, 404),
            ("integrator", "Datastreams", STREAM, 422),
            ("integrator", "Datastreams('QY-H01.water_level')/Datastreams", STREAM, 404),
        ):
            answer = cast[who].client.post(f"{ROOT}/{path}", json.dumps(body), content_type="application/json")
            assert answer.status_code == status, (who, path, answer.content)
