"""Pages and endpoints: upload by hand, data quality; inside the jurisdiction only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.apps.telemetry import actions, api
from anlan.apps.telemetry.models import Batch, Station
from anlan.apps.telemetry.rules import RawReading
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
PAGE, ENDPOINT = "/telemetry/upload/", "/api/v1/telemetry/uploads/"


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
        entry = JournalEntry.objects.get(action="telemetry.upload_readings")
        assert (entry.actor, entry.diff["file"]) == ("duty", "a.csv")
        assert api.detect(loaded.context["loaded"].batch) == 2, "river flood and rainstorm"


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
    assert cast["city_officer"].client.get(f"/telemetry/stations/{pk}/series.json", {"hours": "²"}).status_code == 200


def test_a_station_with_several_quantities_offers_the_course_of_each(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        station = Station.objects.get(code="QY-H02")
        at, streams = clock.now() - timedelta(minutes=5), dict(station.datastreams.values_list("quantity", "pk"))
        api.ingest([RawReading(2, "QY-H02", "water_level", at, 20.0), RawReading(3, "QY-H02", "flow", at, 900.0)], "test")
    shown = cast["city_officer"].client.get(f"/telemetry/stations/{station.pk}/").content.decode()
    for quantity in ("water_level", "flow"):
        course = f"/telemetry/stations/{station.pk}/series.json?datastream={streams[quantity]}"
        assert f'data-course="{course}"' in shown
        assert cast["city_officer"].client.get(course).json()["series"][0]["points"]


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
    answer = cast["integrator"].client.post("/api/v1/telemetry/readings/", body, content_type="application/json")
    assert (answer.status_code, len(answer.json()["rejected"])) == (422, 1)
    assert (answer.headers["Content-Type"], answer.json()["title"]) == (
        "application/problem+json",
        "没有写入任何读数，原因见各行。",
    )


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


def test_stale_and_suspect_values_have_a_page(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        put(20.0, 0)
        put(60.0, 1)
    page = cast["city_officer"].client.get("/telemetry/quality/")
    ((station, _quantity, value),) = page.context["rows"]
    assert (station.code, bool(value.flags), value.stale) == ("QY-H01", True, True)
    assert cast["county_officer"].client.get("/telemetry/quality/").context["rows"] == []
    told = cast["county_officer"].client.get("/telemetry/quality/", headers={"Accept-Language": "en"})
    assert {d.area[:6] for d in told.context["unheard"]} == {"441802"}, "those of the own county that never reported are named"
    assert "Never reported" in told.content.decode()
    assert cast["reporter"].client.get("/telemetry/quality/").status_code == 403


def test_what_is_reckoned_for_whole_counties_comes_after_the_stations(cast: dict[str, Any]) -> None:
    rows = cast["city_officer"].client.get("/api/v1/telemetry/stations/", {"sort": "code"}).json()["results"]
    assert rows[0]["code"].startswith("AREA-"), "asked for by code they come by code"
    page = cast["city_officer"].client.get("/telemetry/stations/").content.decode()
    assert 0 < page.index("QY-H01") < page.index("AREA-441802")
