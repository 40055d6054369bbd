"""What a broken gauge, file or sender must not do: stop the process, raise a flood that is none, or hide one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.apps.people import actions as people
from anlan.apps.people.models import Account
from anlan.apps.telemetry import api
from anlan.apps.telemetry.intake import folder
from anlan.apps.telemetry.models import Batch
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def put(stage: float, hours: float = 0) -> api.IngestResult:
    found = api.ingest([RawReading(2, "QY-H01", "water_level", T0 + timedelta(hours=hours), stage)], "test")
    api.detect(found.batch)
    return found


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (None, 1.0), ("0001-01-01T00:00:00+14:00", 1.0), ("1001-01-01T00:00:00+00:00", 1.0), (T0, None), (T0, 10**400),
        (T0, True), (T0, "1e999"), ("2022-06-15T08:00:00+08:00\x00", 1.0),
    ],
)  # fmt: skip
def test_any_row_is_read_or_rejected_in_words(live: Scope, at: Any, value: Any) -> None:
    found = api.ingest([RawReading(7, "QY-H01", "water_level", at, value)], "test")
    assert (found.accepted, [r.line for r in found.rejected]) == (0, [7])
    assert found.rejected[0].reason


@pytest.mark.parametrize(
    "content",
    [
        b"station,quantity,time,value\nQY-H01,water_level\n",
        b"\xff\xfe",
        b"nonsense",
        b"station,quantity,time,value\nQY-H01,water_level,2022-06-15T08:00:00+08:00,\x00\n",
    ],
)
def test_a_bad_file_is_set_aside_and_the_next_is_taken(live: Scope, tmp_path: Path, content: bytes) -> None:
    for name in ("done", "failed"):
        (tmp_path / name).mkdir()
    (tmp_path / f"a{'x' * 150}.csv").write_bytes(content)
    (tmp_path / "b.csv").write_text("station,quantity,time,value\nQY-H01,water_level,2022-06-15T08:00:00+08:00,20\n")
    folder.take_files(tmp_path, settle_seconds=0)
    assert list(tmp_path.glob("*.csv")) == []
    assert (tmp_path / "done" / "b.csv").exists()
    assert sum(Batch.objects.values_list("accepted", flat=True)) == 1


def test_a_file_still_being_written_is_left_alone(live: Scope, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("station,quantity,time,value\n")
    folder.take_files(tmp_path, settle_seconds=60)
    assert (tmp_path / "a.csv").exists()


def test_an_impossible_value_is_kept_and_flagged_but_raises_nothing(live: Scope) -> None:
    found = put(9999)
    assert found.accepted == 1
    assert not Alarm.objects.exists()


def test_a_correction_of_the_newest_reading_is_judged(live: Scope) -> None:
    put(35.95)
    assert alarms.alarms_open()[0].level == 4
    put(20.0)
    assert alarms.alarms_open() == []
    put(30.47, 1)
    put(26.5, 1)
    assert alarms.alarms_open()[0].level == 2


def test_a_shelved_alarm_comes_back_when_it_gets_worse(live: Scope) -> None:
    put(26.5)
    alarm = Alarm.objects.get()
    actions.shelve(alarm=alarm.pk, hours=8, reason="known")
    put(35.95, 1)
    assert Alarm.objects.get().state == "raised"
    with pytest.raises(Refusal):
        actions.shelve(alarm=alarm.pk, hours=1e300, reason="for ever")


def test_a_sender_writes_only_where_it_may_deliver(live: Scope) -> None:
    account = people.issue_account(
        username="gauge2", display_name="接入（测试）", area="441802", password="north-river-26", demo=True
    )
    people.grant(account=account.pk, role="duty_officer", over="4418", valid_from=clock.today())
    people.grant(account=account.pk, role="integrator", over="441802", valid_from=clock.today())
    client = Client()
    client.force_login(Account.objects.get(pk=account.pk), backend="django.contrib.auth.backends.ModelBackend")
    rows = [{"station": s, "quantity": "water_level", "time": T0.isoformat(), "value": 20} for s in ("QY-H02", "QY-H01")]
    answer = client.post("/api/v1/telemetry/readings/", {"readings": rows}, content_type="application/json").json()
    assert (answer["accepted"], [r["line"] for r in answer["rejected"]]) == (1, [2])


def test_a_key_belongs_to_its_sender_and_its_body(cast: dict[str, Any], live: Scope) -> None:
    client = cast["integrator"].client

    def send(value: float, key: str) -> Any:
        row = {"station": "QY-H01", "quantity": "water_level", "time": T0.isoformat(), "value": value}
        return client.post(
            "/api/v1/telemetry/readings/", [row], content_type="application/json", headers={"Idempotency-Key": key}
        )

    assert send(20, "k").json()["batch"] == send(20, "k").json()["batch"]
    assert send(21, "k").status_code == 409
    assert send(22, "k" * 300).status_code == 200
    with pytest.raises(Conflict):
        api.ingest(
            [RawReading(2, "QY-H01", "water_level", T0, 1.0)], "x", b"other", key=Batch.objects.exclude(key=None).first().key
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telemetry_reading WHERE value = 21")
        assert cursor.fetchone()[0] == 0
