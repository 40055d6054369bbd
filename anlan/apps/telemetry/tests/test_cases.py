"""Deliveries that went wrong once: two at once under one key, centimetres, clocks that run ahead, units, periods, names of files."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from anlan.apps.telemetry import api, jobs
from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.desk import DatastreamDesk
from anlan.apps.telemetry.detection import waiting
from anlan.apps.telemetry.display.columns import with_newest
from anlan.apps.telemetry.display.marks import mark_now
from anlan.apps.telemetry.intake import folder
from anlan.apps.telemetry.intake.decoding import from_csv
from anlan.apps.telemetry.intake.wire import fetch_packed
from anlan.apps.telemetry.models import Batch, Datastream, DetectionState, Reading, Station
from anlan.apps.telemetry.queries.heartbeat import heartbeat
from anlan.apps.telemetry.queries.newest import latest_values
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.spreadsheets import write

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)
ENDPOINT = "/api/v1/telemetry/readings/"


def put(station: str, value: float, at: datetime, quantity: str = "water_level", **more: Any) -> api.IngestResult:
    found = api.ingest([RawReading(2, station, quantity, at, value, **more)], "test")
    api.detect(found.batch)
    return found


def flags(station: str) -> list[tuple[float, int]]:
    rows = Reading.objects.filter(datastream_id__in=Datastream.objects.filter(station__code=station).values("pk"))
    return list(rows.order_by("at", "version").values_list("value", "flags"))


def level(station: str) -> int:
    found = DetectionState.objects.filter(datastream_id__in=Datastream.objects.filter(station__code=station).values("pk")).first()
    return found.level if found else 0


@pytest.mark.xdist_group("committed")
def test_two_deliveries_under_one_key_at_once_are_answered_alike(committed: None) -> None:
    start = Barrier(2)

    def send(_n: int) -> api.IngestResult:
        try:
            with entered(Scope.everything("system:test")):
                start.wait(10)
                return api.ingest([RawReading(2, "QY-H01", "water_level", T0, 20.0)], "http_push", b"x", key="push:one")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, range(2))
    assert (first.batch, first.accepted) == (second.batch, second.accepted) == (first.batch, 1)
    with entered(Scope.everything("system:test")):
        assert Batch.objects.filter(key="push:one").count() == 1


def test_centimetres_are_no_first_reading_and_the_true_one_is_believed(live: Scope) -> None:
    put("QY-H10", 1299, T0)
    assert level("QY-H10") == 0, "a first reading is held against its station's ladder"
    put("QY-H10", 12.99, T0 + H)
    put("QY-H10", 13.2, T0 + 4 * H)
    assert flags("QY-H10") == [(1299, Flag.LADDER), (12.99, 0), (13.2, 0)]
    assert level("QY-H10") == 2
    put("QY-H10", 1299, T0 + 60 * H)
    assert flags("QY-H10")[-1] == (1299, Flag.LADDER), "after two days of silence any step would do"


def test_a_clock_that_runs_ahead_hides_no_crossing(live: Scope) -> None:
    with clock.frozen(T0):
        put("QY-H14", 93.3, T0 - H)
        put("QY-H14", 93.3, T0 + timedelta(minutes=50))
        put("QY-H14", 97.3, T0)
        assert level("QY-H14") == 2
        station = Station.objects.get(code="QY-H14")
        (shown,) = latest_values([station.pk])
        assert (shown.value, shown.level) == (97.3, 2), "what is ahead does not stand for now, on no page"
        assert with_newest(Station.objects.filter(pk=station.pk)).get().newest["value"] == 97.3
        assert "97.30" in Station.objects.annotate(mark=mark_now()).get(pk=station.pk).mark["value"]
        assert heartbeat().last_at == T0
    with clock.frozen(T0 + 2 * H):
        put("QY-H14", 93.0, T0 + 2 * H)
        assert level("QY-H14") == 0


def test_a_unit_is_honoured_or_refused_in_words(live: Scope, cast: dict[str, Any]) -> None:
    put("QY-H08", 1490, T0, unit="cm")
    assert flags("QY-H08") == [(14.9, 0)]
    row = {"station": "QY-H08", "quantity": "water_level", "time": "2022-06-15T10:00:00+08:00", "value": 210, "unit": "furlong"}
    with assert_nothing_happened(Reading):
        answer = cast["integrator"].client.post(ENDPOINT, json.dumps([row]), content_type="application/json")
    assert answer.status_code == 422
    assert "furlong" in answer.json()["rejected"][0]["reason"]
    csv = b"station,quantity,time,value,unit\nQY-H08,water_level,2022-06-15T11:00:00+08:00,1500,cm\n"
    assert cast["integrator"].client.post(ENDPOINT, csv, content_type="text/csv").json()["accepted"] == 1
    assert flags("QY-H08")[-1] == (15.0, 0)


def test_a_days_rain_is_never_an_hours(live: Scope) -> None:
    assert "24" in put("QY-R04", 120.1, T0, "rain", period="P1D").rejected[0].reason, "this gauge reports by the hour"
    assert put("QY-R04", 20.1, T0, "rain", period="PT1H").accepted == 1
    daily = Datastream.objects.get(station__code="QY-R03", quantity="rain")
    DatastreamDesk.change(row=daily.pk, values={"period": timedelta(days=1)})
    assert put("QY-R03", 120.1, T0, "rain").rejected, "a bare sum could be over anything"
    assert put("QY-R03", 120.1, T0, "rain", period="P1D").accepted == 1
    assert level("QY-R03") == 1, "120 mm in a day are blue; in an hour they would be red"
    assert put("QY-R03", 1.0, T0 + H, "rain", period="a while").rejected


def test_a_days_sum_of_an_undeclared_gauge_is_doubted_in_words(live: Scope, cast: dict[str, Any]) -> None:
    undeclared = Datastream.objects.get(station__code="QY-R04", quantity="rain")
    DatastreamDesk.change(row=undeclared.pk, values={"period": None})
    put("QY-R04", 120.1, T0, "rain")
    assert flags("QY-R04") == [(120.1, Flag.LADDER)]
    assert level("QY-R04") == 0
    page = cast["city_officer"].client.get("/telemetry/quality/", headers={"Accept-Language": "en"}).content.decode()
    assert "perhaps the sum of a longer time" in page
    put("QY-R04", 30.0, T0 + H, "rain")
    put("QY-R04", 120.1, T0 + 2 * H, "rain")
    assert flags("QY-R04")[1:] == [(30.0, 0), (120.1, 0)], (
        "an hour after the last one it is an hour's: a real storm raises its alarm"
    )
    assert level("QY-R04") == 4
    put("QY-R05", 120.1, T0, "rain")
    assert flags("QY-R05") == [(120.1, 0)], "the pack declares that its gauges report by the hour: the first storm counts"


@pytest.mark.parametrize(
    "body",
    [
        b"," * 8_000_000,
        b"station,quantity,time,value\n" + b"," * 8_000_000,
        b"station,quantity,time,value\n" + (b"," * 9000 + b"\n") * 300,
        b"station,quantity,time,value\n" + b"\n" * 300_000,
        b"station,quantity,time,value" + b"," * 200 + b"\n",
    ],
    ids=["a header", "a line", "cells", "lines", "columns"],
)
def test_a_file_of_commas_is_refused_before_it_is_cut(body: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(Refusal):
        from_csv(body)
    assert time.monotonic() - begun < 1


def push(client: Any, at: datetime, value: float, key: str = "") -> Any:
    row = {"station": "QY-H08", "quantity": "water_level", "time": at.isoformat(), "value": value}
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(ENDPOINT, json.dumps([row]), content_type="application/json", headers=headers)


def test_a_reading_ahead_of_its_time_waits_and_is_taken_when_sent_again(live: Scope, cast: dict[str, Any]) -> None:
    """A clock two hours off, theirs or ours, turned good readings away for ever, and their key with them."""
    sender = cast["integrator"].client
    with clock.frozen(T0), assert_nothing_happened(Reading):
        answer = push(sender, T0 + 2 * H, 14.9, "k1")
        assert (answer.status_code, answer.headers["Retry-After"]) == (425, "600")
        assert "future" in answer.json()["rejected"][0]["reason"] or "未来" in answer.json()["rejected"][0]["reason"]
    with clock.frozen(T0 + 2 * H):
        answer = push(sender, T0 + 2 * H, 14.9, "k1")
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    with clock.frozen(T0):
        assert push(sender, T0 + 50 * H, 14.9).status_code == 422, "two days ahead is no clock"


@pytest.mark.parametrize(("off", "told"), [(2 * H, "120 minutes ahead"), (-2 * H, "120 minutes behind")], ids=["fast", "slow"])
def test_a_senders_clock_is_measured_shown_and_told(live: Scope, cast: dict[str, Any], off: timedelta, told: str) -> None:
    sender, officer = cast["integrator"].client, cast["city_officer"].client
    for n in range(3):
        with clock.frozen(T0 + n * H / 12):
            push(sender, T0 + n * H / 12 + off, 14.9 + n / 100)
    with clock.frozen(T0 + H):
        jobs.watch_clocks()
        jobs.watch_clocks()
        entries = JournalEntry.objects.filter(action="telemetry.tell_clock")
        assert entries.count() == 1, "told once"
        found = officer.get("/api/v1/telemetry/senders/").json()[0]
        assert (found["clock"]["behind_seconds"], found["clock"]["wrong_since"] is None) == (-off.total_seconds(), False)
        for page in ("/telemetry/quality/", "/telemetry/connectors/", "/"):
            shown = officer.get(page, headers={"Accept-Language": "en"}).content.decode()
            assert told in shown, page
            assert "&lt;span" not in shown, page
    for n in range(30):
        at = T0 + 2 * H + n * H / 12
        with clock.frozen(at):
            push(sender, at, 15.0 + n / 100)
    with clock.frozen(T0 + 5 * H):
        jobs.watch_clocks()
        assert entries.count() == 2, "and once that it is right again"
        assert told not in officer.get("/telemetry/quality/", headers={"Accept-Language": "en"}).content.decode()


def test_the_inbox_takes_csv_in_capitals_and_says_what_it_does_not_take(live: Scope, tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_bytes(b"station,quantity,time,value\nQY-H01,water_level,2022-06-15T08:00:00+08:00,20\n")
    (tmp_path / "b.txt").write_bytes(b"PK")
    os.utime(tmp_path / "b.txt", (0, 0))
    (tmp_path / ".hidden").write_bytes(b"")
    folder.take_files(tmp_path, settle_seconds=0)
    assert flags("QY-H01") == [(20.0, 0)]
    assert (tmp_path / "done" / "A.CSV").exists()
    assert ".xlsx" in (tmp_path / "failed" / "b.report.txt").read_text()
    assert "b.txt" in str(Batch.objects.order_by("-id").values_list("faults", flat=True)[0])


def test_a_batch_is_judged_within_the_partitions_of_its_days(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging locks the partitions of the batch's days and windows, however many days are stored."""
    days = [T0 - timedelta(days=n) for n in range(40)]
    api.ingest([RawReading(n, "QY-H01", "water_level", at, 20.0 + n % 3) for n, at in enumerate(days, 2)], "test")

    found = api.ingest([RawReading(2, "QY-H02", "water_level", T0, 19.0)], "test")
    copied: list[str] = []
    monkeypatch.setattr(
        waiting, "fetch_packed", lambda using, query, columns: copied.append(query) or fetch_packed(using, query, columns)
    )
    with CaptureQueriesContext(connection) as asked:
        api.detect(found.batch)
    plans = []
    for query in [*copied, *(query["sql"] for query in asked.captured_queries)]:
        if "telemetry_reading" in query and query.lstrip().upper().startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    assert plans
    assert max(plan.count("Scan") for plan in plans) <= 8, plans


#: As Excel keeps an instant: without an offset.
NOON = datetime(2022, 6, 15, 12)  # noqa: DTZ001


def workbook(*rows: list[object]) -> bytes:
    """Return an Excel file with these rows, the times as Excel keeps them."""
    with write("xlsx", ["station", "quantity", "time", "value"], [*rows]) as made:
        return made.read()


def test_the_inbox_takes_excel_whose_times_are_the_city_s(live: Scope, tmp_path: Path) -> None:
    noon, texts = NOON, "2022-06-15T05:00:00+00:00"
    rows = (["QY-H01", "water_level", noon, 20], [], ["QY-H01", "water_level", texts, 20.5], ["NONE", "rain", noon, 1])
    whole = workbook(*rows)
    (tmp_path / "a.XLSX").write_bytes(whole)
    (tmp_path / "b.xlsx").write_bytes(whole[: len(whole) // 2])
    folder.take_files(tmp_path, settle_seconds=0.0)
    assert flags("QY-H01") == [(20.0, 0), (20.5, 0)]
    assert list(Reading.objects.order_by("at").values_list("at", flat=True)) == [
        datetime(2022, 6, 15, hour, tzinfo=UTC) for hour in (4, 5)
    ]
    told = (tmp_path / "done" / "a.report.txt").read_text()
    assert "2 条新读数" in told and "1 条被拒" in told and "行 5: " in told
    (tmp_path / "a.csv").write_bytes(b"station,quantity,time,value\nQY-H02,water_level,2022-06-15T08:00:00+08:00,19\n")
    folder.take_files(tmp_path, settle_seconds=0.0)
    assert (tmp_path / "done" / "a.report.txt").read_text() == told, "files of one name have a report each"
    assert (tmp_path / "failed" / "b.report.txt").read_text().strip()


def test_an_excel_file_that_is_still_written_is_left_alone(live: Scope, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(["QY-H01", "water_level", "2022-06-15T08:00:00+08:00", 20])[:400])
    ago = datetime.now(UTC).timestamp() - 10
    os.utime(tmp_path / "a.xlsx", (ago, ago))
    folder.take_files(tmp_path)
    assert (tmp_path / "a.xlsx").exists()


def test_excel_is_checked_and_loaded_by_hand_as_csv_is(cast: dict[str, Any]) -> None:
    book = workbook(["QY-H01", "water_level", NOON, 20], ["NONE", "rain", NOON, 1])
    officer, kind = cast["city_officer"].client, "application/octet-stream"
    with assert_nothing_happened(Reading):
        told = officer.post("/api/v1/telemetry/uploads/?check=1", book, content_type=kind).json()
    assert (told["ready"], [fault["line"] for fault in told["rejected"]]) == (1, [3])
    assert officer.post("/api/v1/telemetry/uploads/?partly=1", book, content_type=kind).json()["accepted"] == 1
    page = officer.post("/telemetry/upload/", {"file": SimpleUploadedFile("a.xlsx", book)})
    assert (page.context["ready"], len(page.context["rejected"])) == (1, 1)
    with assert_nothing_happened(Reading):
        assert officer.post("/api/v1/telemetry/uploads/", book[:300], content_type=kind).status_code == 422
