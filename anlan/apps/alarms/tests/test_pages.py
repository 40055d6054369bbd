"""Pages of alarms: KPIs that open their alarms, a gauge's sums and an alarm's group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import let_calm_return
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries import kpis
from anlan.apps.telemetry import api
from anlan.apps.telemetry.models import Datastream
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def put(stage: float, hours: float, station: str = "QY-H01") -> None:
    row = RawReading(2, station, "water_level", T0 + timedelta(hours=hours), stage)
    api.detect(api.ingest([row], "test").batch)


def test_each_number_of_a_day_is_its_list_of_alarms(cast: dict[str, Any]) -> None:
    noon = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)
    with entered(Scope.everything("system:test")):
        with clock.frozen(noon - timedelta(days=1)):
            put(30.47, 0)
            put(22.2, 0, "QY-H02")
        with clock.frozen(noon - timedelta(days=1, minutes=-4)):
            actions.acknowledge(alarm=Alarm.objects.get(station__code="QY-H01").pk)
        with clock.frozen(noon - timedelta(days=1, minutes=-30)):
            actions.acknowledge(alarm=Alarm.objects.get(station__code="QY-H02").pk)
        for n in range(3):
            with clock.frozen(noon - timedelta(hours=20 - n)):
                put(25.0, n + 0.5)
                put(30.1, n + 1)
        with clock.frozen(noon):
            put(25.0, 4)
            let_calm_return()
        one, two = (Alarm.objects.get(station__code=code).pk for code in ("QY-H01", "QY-H02"))
    with clock.frozen(noon + timedelta(hours=1)):
        days = cast["city_officer"].client.get("/api/v1/alarms/kpis/?minutes=5").json()["days"]
        yesterday, today = days[1], days[0]
        assert yesterday["alarms"] == {"raised": [two, one], "answered": [one], "standing": [two, one], "flapping": [one]}
        assert today["alarms"] == {"raised": [], "answered": [], "standing": [two], "flapping": []}
        client, day = cast["city_officer"].client, yesterday["day"]
        assert client.get("/api/v1/alarms/kpis/?minutes=45").json()["days"][1]["answered"] == 2
        page = client.get(f"/alarms/kpis/?day={day}&number=answered&minutes=5")
        (line,) = page.context["behind"]["rows"]
        assert f"/alarms/alarms/{one}/" in line[0]
        assert "number=standing" in page.content.decode()
        assert cast["neighbour"].client.get("/api/v1/alarms/kpis/").json()["days"][1]["raised"] == 1
        assert client.get("/alarms/kpis/?minutes=x&day=1&number=none").status_code == 200
        assert cast["reporter"].client.get("/alarms/kpis/").status_code == 403
    assert set(kpis.NUMBERS) == {"raised", "answered", "standing", "flapping"}


def test_a_gauge_shows_its_sums_and_an_alarm_its_group(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        rows = [RawReading(2, "QY-R01", "rain", T0 + timedelta(hours=h), 26) for h in range(3)]
        api.detect(api.ingest(rows, "test").batch)
        alarm = Alarm.objects.select_related("station").get()
    client = cast["city_officer"].client
    text = client.get(alarm.station.desk_url()).content.decode()
    assert "78.0" in text
    assert client.get(alarm.desk_url()).status_code == 200
    assert client.get("/alarms/alarms/?first_out=true").status_code == 200
    assert client.get(f"/api/v1/alarms/alarms/{alarm.pk}/").json()["window_hours"] == 3


def test_an_administrator_adds_a_gauge_with_its_limits_and_thresholds_and_it_is_judged(cast: dict[str, Any]) -> None:
    client = cast["administrator"].client
    station = {"code": "QY-R77", "name": "新雨量站", "kind": "rain", "area": "441802107"}
    made = client.post("/api/v1/telemetry/stations/", station, content_type="application/json")
    assert made.status_code == 201
    stream = {"station": made.json()["id"], "quantity": "rain", "stale_after": "06:00:00", "area": "441802107"}
    added = client.post("/api/v1/telemetry/datastreams/", stream, content_type="application/json")
    assert added.status_code == 201, added.content
    assert client.post("/api/v1/telemetry/datastreams/", stream, content_type="application/json").status_code in (400, 409, 422)
    limit = {
        "datastream": added.json()["id"],
        "hazard": "rainstorm",
        "level": "red",
        "window_hours": 1,
        "value": 5,
        "source": "test",
        "area": "441802107",
    }
    assert client.post("/api/v1/telemetry/thresholds/", limit, content_type="application/json").status_code == 201
    other = {**stream, "quantity": "flow"}
    with assert_nothing_happened(Datastream):
        refused = cast["neighbour"].client.post("/api/v1/telemetry/datastreams/", other, content_type="application/json")
    assert refused.status_code == 400, "a station that the neighbour cannot see is none"
    assert (
        client.get("/telemetry/datastreams/").status_code
        == client.get(f"/telemetry/datastreams/{added.json()['id']}/").status_code
        == 200
    )
    with entered(Scope.everything("system:test")):
        api.detect(api.ingest([RawReading(2, "QY-R77", "rain", T0, 6)], "test").batch)
        assert [(a.station, a.level) for a in alarms.alarms_open()] == [("QY-R77", 4)]


def test_the_list_goes_by_gravity_and_not_by_the_clock(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")), clock.frozen(T0 + timedelta(hours=3)):
        put(30.47, 0)
        put(22.2, 1, "QY-H02")
        put(12.1, 2, "QY-H03")
        levels = list(Alarm.objects.order_by("-raised_at", "-id").values_list("level", flat=True))
        assert levels[0] < max(levels), "the gravest is the oldest"
    listed = cast["city_officer"].client.get("/alarms/alarms/").context["table"]["rows"]
    with entered(Scope.everything("system:test")):
        found = [Alarm.objects.get(pk=line.pk).level for line in listed]
    assert found == sorted(levels, reverse=True)
