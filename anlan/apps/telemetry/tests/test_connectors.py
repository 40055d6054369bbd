"""The two ways in: whatever arrives is taken, or refused in words with the right status; nothing ends in an error of ours."""

from __future__ import annotations

import dataclasses
import json
import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import OperationalError, connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anlan.apps.people.actions import create_token
from anlan.apps.people.models import Account
from anlan.apps.telemetry.intake import folder as drop
from anlan.apps.telemetry.intake.decoding import from_csv, from_json
from anlan.apps.telemetry.jobs import clear_inbox
from anlan.apps.telemetry.models import Batch
from anlan.apps.telemetry.views import delivery
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

ENDPOINT, PAGE = "/api/v1/telemetry/readings/", "/telemetry/connectors/"
GOOD = b'{"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57}]}'
CSV = b"station,quantity,time,value\nQY-H01,water_level,2022-06-21T12:00:00+08:00,34.57\n"
FUZZ = settings(max_examples=80)

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("QY-H01"), st.just("water_level"),
    st.just("2022-06-15T08:00:00+08:00"), st.just(10**400), st.just("9999-12-31T23:59:59-14:00"), st.just("\ud800\x00"),
)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from(["station", "quantity", "time", "value", "estimated", "correction", "kind", "issued_at", "more"]),
    st.one_of(ODD, st.lists(ODD, max_size=2), st.dictionaries(st.text(max_size=3), ODD, max_size=2)),
)
BODY = st.one_of(
    st.binary(max_size=300),
    st.lists(FIELDS, max_size=4).map(lambda rows: json.dumps(rows).encode()),
    st.lists(FIELDS, max_size=4).map(lambda rows: json.dumps({"readings": rows}).encode()),
    st.recursive(ODD, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=8).map(
        lambda content: json.dumps(content).encode()
    ),
)
LINES = st.lists(st.lists(ODD.map(str), max_size=5).map(",".join), max_size=5).map("\n".join)
TABLE = st.one_of(
    st.binary(max_size=300),
    LINES.map(lambda text: f"station,quantity,time,value,kind\n{text}".encode("utf-8", "surrogatepass")),
    LINES.map(lambda text: f"station_id,time,stage_m,flow_m3s,kind\n{text}\n".encode("utf-8", "replace")),
)


@FUZZ
@given(BODY)
@example(b"[" * 100_000)
@example(b'[{"station":"\\ud800","quantity":"\\u0000","time":"x","value":1}]')
def test_no_body_of_json_is_an_error_of_ours(cast: dict[str, Any], body: bytes) -> None:
    answer = cast["integrator"].client.post(ENDPOINT, body, content_type="application/json")
    assert answer.status_code in ((200, 422) if body else (415,))
    told = answer.json()
    assert told["title"] if answer.status_code == 415 or "batch" not in told else told["batch"]


@FUZZ
@given(TABLE)
def test_no_body_of_csv_is_an_error_of_ours(cast: dict[str, Any], body: bytes) -> None:
    assert cast["integrator"].client.post(ENDPOINT, body, content_type="text/csv").status_code in ((200, 422) if body else (415,))


@FUZZ
@given(TABLE)
@example(b"")
def test_any_file_leaves_the_inbox_beside_a_report(live: Scope, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        inbox_ = Path(folder)
        (inbox_ / "a.csv").write_bytes(content)
        (inbox_ / "b.csv").write_bytes(CSV)
        drop.take_files(inbox_, settle_seconds=0)
        assert not list(inbox_.glob("*.csv"))
        assert (inbox_ / "done" / "b.csv").exists()
        where = "done" if (inbox_ / "done" / "a.csv").exists() else "failed"
        assert (inbox_ / where / "a.report.txt").read_text(encoding="utf-8").strip()


@given(BODY)
def test_the_decoder_says_yes_or_no(body: bytes) -> None:
    try:
        table = from_json(body)
    except Refusal as refusal:
        assert str(refusal)
    else:
        assert len(table) == len(table.stations) == len(table.values) == len(table.times)


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (200, {"content_type": "application/json; charset=utf-8"}),
        (415, {"content_type": "application/xml"}),
        (415, {"content_type": "application/json", "headers": {"content-encoding": "gzip"}}),
        (413, {"content_type": "application/json", "headers": {"content-length": "999999999"}}),
    ],
)
def test_statuses(cast: dict[str, Any], status: int, options: dict[str, Any]) -> None:
    assert cast["integrator"].client.post(ENDPOINT, GOOD, **options).status_code == status
    assert cast["anonymous"].client.post(ENDPOINT, GOOD, **options).status_code == 401
    assert cast["reporter"].client.post(ENDPOINT, GOOD, **options).status_code == 403


def test_a_token_delivers_and_a_wrong_one_does_not(cast: dict[str, Any]) -> None:
    with entered(Scope.everything("gauge")):
        gauge = Account.objects.get(username="gauge").pk
        _row, token = create_token(account=gauge, name="gauge", days=30, permissions=["telemetry.ingest_readings"])
    client = cast["anonymous"].client

    def send(shown: str) -> Any:
        return client.post(ENDPOINT, GOOD, content_type="application/json", headers={"authorization": shown})

    def basic(password: str) -> str:
        return "Basic " + b64encode(f"gauge:{password}".encode()).decode()

    assert send(f"Token {token}").json()["accepted"] == 1
    assert [send(shown).json()["duplicate"] for shown in (f"Bearer {token}", basic(token))] == [1, 1]
    with assert_nothing_happened(Batch):
        for wrong in (
            f"Token {'x' * 64}",
            f"Bearer {'f' * 64}",
            basic("f" * 64),
            "Token",
            "Token \udcff",
            basic("anlan-demo-2022"),
        ):
            assert send(wrong).status_code == 401, wrong


def test_a_lost_database_says_come_again(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(delivery, "ingest", lost)
    answer = cast["integrator"].client.post(ENDPOINT, GOOD, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_the_same_key_answers_the_same_faults_included(cast: dict[str, Any]) -> None:
    rows = [json.loads(GOOD)["readings"][0], {"station": "NOWHERE", "quantity": "rain", "time": "x", "value": 1}]
    answers = [
        cast["integrator"].client.post(ENDPOINT, rows, content_type="application/json", headers={"idempotency-key": "k"}).json()
        for _n in range(2)
    ]
    assert answers[0] == answers[1]
    assert [r["line"] for r in answers[0]["rejected"]] == [2]


def test_a_half_written_file_waits_for_its_end(live: Scope, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(CSV + b"QY-H01,water_level,2022-06-21T13:00:00+08:00,3")
    minutes = datetime.now(UTC).timestamp() - 10
    os.utime(file, (minutes, minutes))
    drop.take_files(tmp_path)
    assert file.exists(), "its last line has no end and it is ten seconds old"
    minutes -= 120
    os.utime(file, (minutes, minutes))
    drop.take_files(tmp_path)
    assert (tmp_path / "done" / "a.csv").exists()


def test_files_of_one_name_do_not_overwrite_each_other_and_too_large_ones_fail(
    live: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2):
        (tmp_path / "a.csv").write_bytes(CSV.replace(b"34.57", f"3{n}.57".encode()))
        drop.take_files(tmp_path, settle_seconds=0)
    assert (tmp_path / "done" / "a.csv").exists()
    assert (tmp_path / "done" / "a-2.csv").exists()
    monkeypatch.setattr(drop, "MOST_BYTES", 10)
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "link.csv").symlink_to("/etc/hostname")
    drop.take_files(tmp_path, settle_seconds=0)
    assert (tmp_path / "failed" / "a.csv").exists()
    assert (tmp_path / "link.csv").is_symlink()


def test_what_was_taken_long_ago_is_cleared_away(
    live: Scope, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, var=tmp_path, inbox_days=30)
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.csv").write_bytes(CSV)
    (folder / "b.csv").write_bytes(b"nonsense")
    os.utime(folder / "a.csv", (0, 0))
    drop.take_files(folder, settle_seconds=0)
    clear_inbox()
    assert (folder / "done" / "a.csv").exists(), "its age is reckoned from when it was taken, not written"
    monkeypatch.setattr(clock, "real_now", lambda: datetime.now(UTC) + timedelta(days=31))
    settings.CONFIG = dataclasses.replace(settings.CONFIG, inbox_days=0)
    clear_inbox()
    assert (folder / "done" / "a.csv").exists(), "0 keeps all"
    settings.CONFIG = dataclasses.replace(settings.CONFIG, inbox_days=30)
    with entered(Scope.everything("system:test", "exercise")):
        clear_inbox()
    assert (folder / "done" / "a.csv").exists(), "the exercise has no inbox"
    clear_inbox()
    assert not list((folder / "done").iterdir())
    assert len(list((folder / "failed").iterdir())) == 2, "what could not be taken waits for somebody to look"


def test_the_page_shows_who_delivered_what_and_the_body_as_it_came(cast: dict[str, Any]) -> None:
    client = cast["integrator"].client
    client.post(ENDPOINT, GOOD, content_type="application/json")
    client.post(ENDPOINT, b"nonsense", content_type="application/json")
    page = cast["city_officer"].client.get(PAGE)
    assert [(s["sender"], s["new"], s["batches"]) for s in page.context["senders"]] == [("gauge", 1, 2)]
    assert "水文数据接入" in page.content.decode(), "a sender is named"
    (trouble,) = page.context["troubles"]
    assert cast["city_officer"].client.get(f"/telemetry/batches/{trouble.pk}/body/").content == b"nonsense"
    assert cast["reporter"].client.get(PAGE).status_code == 403
    assert cast["county_officer"].client.get(PAGE).context["senders"] == [], "a county sees its own deliveries only"
    assert cast["county_officer"].client.get(f"/telemetry/batches/{trouble.pk}/body/").status_code == 404
    with entered(Scope.everything("system:test")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telemetry_batch WHERE raw IS NULL")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("content", [CSV, CSV.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + CSV, CSV.rstrip(b"\n")])
def test_line_ends_and_marks_make_no_difference(content: bytes) -> None:
    assert list(from_csv(content).values) == ["34.57"]
