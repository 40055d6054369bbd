"""Pages and endpoints: upload by hand, alarm KPIs that open their alarms, data quality; inside the jurisdiction only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.apps.monitoring import actions, api, kpis
from anlan.apps.monitoring.models import Alarm, Batch, Datastream, Station
from anlan.apps.monitoring.rules import RawReading
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
GOOD = (
    b"station,quantity,time,value\nQY-H01,water_level,2022-06-15T08:00:00+08:00,30.47\nQY-R01,rain,2022-06-15T08:00:00+08:00,60\n"
)
BAD = GOOD + b"QY-H01,water_level,2022-06-15T09:00:00,31\nNOWHERE,rain,2022-06-15T09:00:00+08:00,1\n"
PAGE, ENDPOINT = "/monitoring/upload/", "/api/v1/monitoring/uploads/"


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.csv", content, content_type="text/csv")


def put(stage: float, hours: float, station: str = "QY-H01") -> None:
    row = RawReading(2, station, "water_level", T0 + timedelta(hours=hours), stage)
    api.detect(api.ingest([row], "test").batch)


def test_a_file_is_checked_and_then_loaded_once(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    with assert_nothing_happened(Batch):
        checked = client.post(PAGE, {"file": file(GOOD)})
    assert (checked.status_code, checked.context["ready"], checked.context["rejected"]) == (200, 2, [])
    content = checked.context["content"].replace("\n", "\r\n")
    loaded = client.post(PAGE, {"load": "1", "name": "a.csv", "content": content})
    assert loaded.context["loaded"].accepted == 2
    with assert_nothing_happened(Batch):
        again = client.post(ENDPOINT, GOOD, content_type="text/csv")
    assert (again.status_code, again.json()["accepted"], again.json()["batch"]) == (200, 2, loaded.context["loaded"].batch)
    with entered(Scope.everything("system:test")):
        entry = JournalEntry.objects.get(action="monitoring.upload_readings")
        assert (entry.actor, entry.diff["file"]) == ("duty", "a.csv")
        api.detect(loaded.context["loaded"].batch)
        assert {a.hazard for a in api.alarms_open()} == {"river_flood", "rainstorm"}


def test_a_signed_in_browser_may_send_csv_as_any_token_may(cast: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="duty"), backend="django.contrib.auth.backends.ModelBackend")
    client.get(PAGE)
    sent = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post(ENDPOINT, GOOD, content_type="text/csv", headers=sent).json()["accepted"] == 2
    with assert_nothing_happened(Batch):
        assert client.post(ENDPOINT, GOOD + b"\n", content_type="text/csv").status_code == 403, "no token of the page"


def test_a_chart_asked_for_odd_hours_is_drawn(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        pk = Station.objects.get(code="QY-H01").pk
    assert cast["city_officer"].client.get(f"/monitoring/stations/{pk}/series.json", {"hours": "²"}).status_code == 200


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD + "QY-H01,water_level,2022-06-15T09:00:00+08:00,英德\n".encode("gbk"), "4"),
        (GOOD.replace(b"value", b"time"), "time"),
        (GOOD.replace(b"quantity", b"value"), "value"),
    ],
)
def test_what_makes_a_file_unreadable_is_told_without_the_words_of_python(
    cast: dict[str, Any], content: bytes, told: str
) -> None:
    with assert_nothing_happened(Batch):
        said = str(cast["city_officer"].client.post(PAGE, {"file": file(content)}).context["refusal"])
    assert told in said
    assert "codec" not in said


def test_a_value_with_a_comma_in_it_is_a_fault_and_not_another_value(cast: dict[str, Any]) -> None:
    rows = b"QY-H01,water_level,2022-06-15T09:00:00+08:00,1,234\nQY-H01,water_level,2022-06-15T10:00:00+08:00,30,,\n"
    found = cast["city_officer"].client.post(PAGE, {"file": file(GOOD + rows)}).context
    assert (found["ready"], [f.line for f in found["rejected"]]) == (3, [4])


def test_faults_are_named_by_line_and_stop_the_load_unless_left_out(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    with assert_nothing_happened(Batch):
        assert [f.line for f in client.post(PAGE, {"file": file(BAD)}).context["rejected"]] == [4, 5]
        assert [f["line"] for f in client.post(f"{ENDPOINT}?check=1", BAD, content_type="text/csv").json()["rejected"]] == [4, 5]
        assert client.post(ENDPOINT, BAD, content_type="text/csv").status_code == 422
        assert client.post(PAGE, {"file": file(BAD), "load": "1"}).status_code == 422
    answer = client.post(f"{ENDPOINT}?partly=1", {"file": file(BAD)}).json()
    assert (answer["accepted"], [f["line"] for f in answer["rejected"]]) == (2, [4, 5])
    with entered(Scope.everything("system:test")):
        assert Batch.objects.get().rejected == 2


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"station,quantity,time,value\n", b"a" * 200_000])
def test_what_is_no_observations_file_is_refused_in_words(cast: dict[str, Any], content: bytes) -> None:
    client = cast["city_officer"].client
    with assert_nothing_happened(Batch):
        assert client.post(PAGE, {"file": file(content), "load": "1"}).status_code == 422
        assert client.post(ENDPOINT, content, content_type="text/csv").status_code == 422
        assert client.post(PAGE, {"load": "1"}).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "quantity,time,value,station\nrain\n",
        "time,stage_m,station_id\n2022-06-15T08:00:00+08:00,1\n",
        "station,quantity,time,value\n\x00,rain,x,1,2,3\n",
    ],
)
def test_short_and_broken_rows_are_faults_with_a_line(cast: dict[str, Any], text: str) -> None:
    with assert_nothing_happened(Batch):
        found = cast["city_officer"].client.post(PAGE, {"file": file(text.encode())}).context
    assert (found["ready"], [f.line for f in found["rejected"]]) == (0, [2])


def test_a_station_code_that_no_database_can_hold_is_unknown(cast: dict[str, Any]) -> None:
    body = b'[{"station": "\\ud800", "quantity": "rain", "time": "2022-06-15T08:00:00+08:00", "value": 1}]'
    answer = cast["integrator"].client.post("/api/v1/monitoring/readings/", body, content_type="application/json")
    assert (answer.status_code, len(answer.json()["rejected"])) == (422, 1)


def test_only_who_may_upload_and_only_inside_the_area(cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Batch):
        for role in ("reporter", "commander"):
            assert cast[role].client.get(PAGE).status_code == 403
            assert cast[role].client.post(ENDPOINT, GOOD, content_type="text/csv").status_code == 403
        assert cast["anonymous"].client.post(ENDPOINT, GOOD, content_type="text/csv").status_code in (401, 403)
        found = cast["county_officer"].client.post(PAGE, {"file": file(GOOD)}).context
        assert (found["ready"], [f.line for f in found["rejected"]]) == (1, [2])
        with entered(cast["commander"].scope), pytest.raises(Refusal):
            actions.upload_readings(name="a.csv", raw=GOOD)
    assert cast["county_officer"].client.post(f"{ENDPOINT}?partly=1", GOOD, content_type="text/csv").json()["accepted"] == 1
    assert cast["city_officer"].client.post(ENDPOINT, GOOD, content_type="text/csv").json()["accepted"] == 1, "the rest"


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
        one, two = (Alarm.objects.get(station__code=code).pk for code in ("QY-H01", "QY-H02"))
    with clock.frozen(noon + timedelta(hours=1)):
        days = cast["city_officer"].client.get("/api/v1/monitoring/kpis/?minutes=5").json()["days"]
        yesterday, today = days[1], days[0]
        assert yesterday["alarms"] == {"raised": [two, one], "answered": [one], "standing": [two, one], "flapping": [one]}
        assert today["alarms"] == {"raised": [], "answered": [], "standing": [two], "flapping": []}
        client, day = cast["city_officer"].client, yesterday["day"]
        assert client.get("/api/v1/monitoring/kpis/?minutes=45").json()["days"][1]["answered"] == 2
        page = client.get(f"/monitoring/kpis/?day={day}&number=answered&minutes=5")
        assert [a.pk for a in page.context["behind"]] == [one]
        assert "number=standing" in page.content.decode()
        assert cast["neighbour"].client.get("/api/v1/monitoring/kpis/").json()["days"][1]["raised"] == 1
        assert client.get("/monitoring/kpis/?minutes=x&day=1&number=none").status_code == 200
        assert cast["reporter"].client.get("/monitoring/kpis/").status_code == 403
    assert set(kpis.NUMBERS) == {"raised", "answered", "standing", "flapping"}


def test_stale_and_suspect_values_have_a_page(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        put(20.0, 0)
        put(60.0, 1)
    page = cast["city_officer"].client.get("/monitoring/quality/")
    ((station, _quantity, value),) = page.context["rows"]
    assert (station.code, bool(value.flags), value.stale) == ("QY-H01", True, True)
    assert cast["county_officer"].client.get("/monitoring/quality/").context["rows"] == []
    assert cast["reporter"].client.get("/monitoring/quality/").status_code == 403


def test_a_gauge_shows_its_sums_and_an_alarm_its_group(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        rows = [RawReading(2, "QY-R01", "rain", T0 + timedelta(hours=h), 26) for h in range(3)]
        api.detect(api.ingest(rows, "test").batch)
        alarm = Alarm.objects.select_related("station").get()
    client = cast["city_officer"].client
    text = client.get(alarm.station.desk_url()).content.decode()
    assert "78.0" in text
    assert client.get(alarm.desk_url()).status_code == 200
    assert client.get("/monitoring/alarms/?first_out=true").status_code == 200
    assert client.get(f"/api/v1/monitoring/alarms/{alarm.pk}/").json()["window_hours"] == 3


def test_an_administrator_adds_a_gauge_with_its_limits_and_thresholds_and_it_is_judged(cast: dict[str, Any]) -> None:
    client = cast["administrator"].client
    station = {"code": "QY-R77", "name": "新雨量站", "kind": "rain", "area": "441802107"}
    made = client.post("/api/v1/monitoring/stations/", station, content_type="application/json")
    assert made.status_code == 201
    stream = {"station": made.json()["id"], "quantity": "rain", "stale_after": "06:00:00", "area": "441802107"}
    added = client.post("/api/v1/monitoring/datastreams/", stream, content_type="application/json")
    assert added.status_code == 201, added.content
    assert client.post("/api/v1/monitoring/datastreams/", stream, content_type="application/json").status_code in (400, 409, 422)
    limit = {
        "datastream": added.json()["id"],
        "level": "red",
        "window_hours": 1,
        "value": 5,
        "source": "test",
        "area": "441802107",
    }
    assert client.post("/api/v1/monitoring/thresholds/", limit, content_type="application/json").status_code == 201
    other = {**stream, "quantity": "flow"}
    with assert_nothing_happened(Datastream):
        refused = cast["neighbour"].client.post("/api/v1/monitoring/datastreams/", other, content_type="application/json")
    assert refused.status_code == 400, "a station that the neighbour cannot see is none"
    assert (
        client.get("/monitoring/datastreams/").status_code
        == client.get(f"/monitoring/datastreams/{added.json()['id']}/").status_code
        == 200
    )
    with entered(Scope.everything("system:test")):
        api.detect(api.ingest([RawReading(2, "QY-R77", "rain", T0, 6)], "test").batch)
        assert [(a.station, a.level) for a in api.alarms_open()] == [("QY-R77", 4)]
