"""kill -9 in the middle of the work, against the real program with a durable database: nothing acknowledged is lost, nothing is doubled.

One disturbed run serves all tests: while a day of the June 2022 flood is replayed and a gauge keeps delivering to the live world, web,
worker, ingest and PostgreSQL are killed in turn. Afterwards the supervisor itself is.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from tests.journeys.sse import hear, open_streams, poke, signed_in
from tests.journeys.stack import ROOT, Stack, own_stack, until

SCENARIO = ROOT / "packs" / "qingyuan" / "scenarios" / "flood-2022-06"
#: The day on which the river rises fastest: level III and II, their tasks, red alarms.
DAY = {"2022-06-15T06:00": "2022-06-21T06:00", "2022-06-26T00:00": "2022-06-22T08:00"}
#: Seconds for a replay that takes half a minute on an idle machine: only to end a run that hangs, two cores may be much wanted.
PATIENCE = 1500
#: What is killed once so many readings of the replay are in.
TURNS = (("web", 4), ("worker", 10), ("ingest", 16), ("PostgreSQL", 22))
TOKEN = """
from anlan.apps.people import actions
from anlan.apps.people.models import Account
from anlan.kit.scope import Scope, entered
with entered(Scope.everything("gauge")):
    gauge = Account.objects.get(username="gauge")
    print(actions.create_token(account=gauge.pk, name="kill", days=1, permissions=["telemetry.ingest_readings"])[1])
"""
pytestmark = pytest.mark.xdist_group("kill")


@dataclass
class Gauge:
    """A sender as they are in the field: one batch after the other, each repeated until it is acknowledged."""

    address: str
    token: str
    first: datetime
    acknowledged: dict[datetime, float] = field(default_factory=dict)
    failures: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Deliver until told to stop; every other batch carries a key of its own."""
        number = 0
        while not self.done.is_set():
            rows = {self.first + timedelta(seconds=3 * number + n): 15.0 + (3 * number + n) % 40 / 100 for n in range(3)}
            key = {"Idempotency-Key": f"kill-{number}"} if number % 2 else {}
            while not self.done.is_set() and not self._accepted(rows, key):
                self.failures += 1
                self.done.wait(0.1)
            number += 1
            self.done.wait(0.2)

    def _accepted(self, rows: dict[datetime, float], key: dict[str, str]) -> bool:
        readings = [{"station": "QY-H02", "quantity": "water_level", "time": t.isoformat(), "value": v} for t, v in rows.items()]
        headers = {"Authorization": f"Token {self.token}", **key}
        url = f"{self.address}/api/v1/telemetry/readings/"
        try:
            answer = httpx.post(url, json={"readings": readings}, headers=headers, timeout=20)
        except httpx.HTTPError:
            return False
        if answer.is_success:
            assert answer.json()["rejected"] == [], answer.text
            self.acknowledged |= rows
        return answer.is_success


@dataclass
class Aftermath:
    """What the undisturbed and the disturbed run reported, and what the gauge was told."""

    quiet: dict[str, Any]
    disturbed: dict[str, Any]
    gauge: Gauge


def count(stack: Stack, world: str, sql: str) -> int:
    """Count in a world's database; 0 while it does not answer."""
    try:
        with stack.database(world) as line:
            found = line.execute(sql).fetchone()
    except psycopg.OperationalError:
        return 0
    return int(str(found[0])) if found else 0


def replaying(stack: Stack) -> subprocess.Popen[str]:
    day = stack.folder / "day"
    day.mkdir(exist_ok=True)
    text = (SCENARIO / "scenario.toml").read_text(encoding="utf-8")
    for old, new in DAY.items():
        text = text.replace(old, new)
    (day / "scenario.toml").write_text(text, encoding="utf-8")
    shutil.copy(SCENARIO / "observations.csv", day)
    return subprocess.Popen(
        stack.anlan("replay", str(day), "--speed", "max", "--json"),
        cwd=ROOT,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def reported(replay: subprocess.Popen[str]) -> dict[str, Any]:
    try:
        out, err = replay.communicate(timeout=PATIENCE)
    finally:
        replay.kill()
    assert replay.returncode == 0, err[-3000:]
    found: dict[str, Any] = json.loads(out)
    found.pop("wall_seconds")
    return found


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Start the whole program once for this module."""
    with own_stack("kill") as found:
        found.start()
        yield found


@pytest.fixture(scope="module")
def aftermath(stack: Stack) -> Aftermath:
    """Replay once in peace and once while one process after the other is killed, with a gauge delivering."""
    quiet = reported(replaying(stack))
    token = subprocess.run(
        stack.anlan("manage", "shell", "-v", "0", "-c", TOKEN), cwd=ROOT, env=stack.environment, capture_output=True, text=True
    ).stdout.strip()
    gauge = Gauge(stack.address, token, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6))
    sending = threading.Thread(target=gauge.run)
    sending.start()
    replay = replaying(stack)
    try:
        until(lambda: count(stack, "exercise", "SELECT count(*) FROM telemetry_reading") == 0, "the replay begins", PATIENCE)
        for name, readings in TURNS:
            until(
                lambda n=readings: n <= count(stack, "exercise", "SELECT count(*) FROM telemetry_reading"),  # type: ignore[misc]
                f"{readings} readings are in",
                PATIENCE,
            )
            assert replay.poll() is None, "the replay still runs"
            stack.kill(name)
        disturbed = reported(replay)
        told = len(gauge.acknowledged)
        until(lambda: len(gauge.acknowledged) > told + 6, "the gauge is heard again")
    finally:
        gauge.done.set()
        sending.join(30)
        replay.kill()
        replay.wait()
    return Aftermath(quiet, disturbed, gauge)


def test_the_database_is_durable(stack: Stack) -> None:
    with stack.database() as line:
        assert line.execute("SHOW fsync").fetchone() == ("on",)
        assert line.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_the_report_is_that_of_an_undisturbed_run(aftermath: Aftermath) -> None:
    assert aftermath.disturbed["journal"]["verified"]
    assert aftermath.disturbed["tasks"]["done"] > 0
    assert aftermath.disturbed == aftermath.quiet


def test_nothing_is_done_twice(aftermath: Aftermath, stack: Stack) -> None:
    doubles = {
        "receipts": "SELECT message_id, recipient_code, recipient, channel, address, rung FROM messages_receipt",
        "tasks": "SELECT response_id, card, organisation_id FROM response_task",
        "warnings": "SELECT identifier FROM warning_warning",
        "deliveries": "SELECT event_id, handler FROM kit_delivery",
    }
    with stack.database("exercise") as line:
        for what, sql in doubles.items():
            rows = line.execute(sql).fetchall()
            assert rows, what
            assert len(rows) == len(set(rows)), what
        assert line.execute("SELECT count(*) FROM kit_delivery WHERE state <> 'done'").fetchone() == (0,)


def test_what_a_gauge_was_told_is_there_exactly_once(aftermath: Aftermath, stack: Stack) -> None:
    gauge = aftermath.gauge
    assert gauge.failures > 0, "the kills were felt"
    with stack.database() as line:
        rows = line.execute(
            "SELECT r.at, r.value, r.version FROM telemetry_reading r JOIN telemetry_datastream d ON d.id = r.datastream_id"
            " JOIN telemetry_station s ON s.id = d.station_id WHERE s.code = 'QY-H02' AND r.at >= %s",
            [gauge.first],
        ).fetchall()
    stored = {at: value for at, value, _version in rows}
    assert len(stored) == len(rows), "no second version of a reading that was repeated"
    missing = set(gauge.acknowledged) - set(stored)
    assert missing == set()
    assert {at: stored[at] for at in gauge.acknowledged} == gauge.acknowledged


def test_open_pages_hear_inside_their_jurisdiction_and_again_after_a_restart(stack: Stack) -> None:
    own, neighbour = signed_in(stack.address, "qingcheng"), signed_in(stack.address, "yingde")
    with open_streams(stack.address, own, 50) as fifty, open_streams(stack.address, neighbour, 1) as other:
        poke(stack, "441802006", "first")
        assert all(hear(each, "first") for each in fifty), "all fifty hear"
        poke(stack, "441881", "for the neighbour")
        assert hear(other[0], "for the neighbour")
        assert "first" not in other[0].heard
        stack.kill("PostgreSQL")
        again = iter(range(10_000))

        def heard_again() -> bool:
            poke(stack, "441802006", f"again-{next(again)}")
            return hear(fifty[0], "again-", seconds=1)

        until(heard_again, "a page hears again after PostgreSQL was started anew", 60)
        poke(stack, "441802006", "last")
        assert all(hear(each, "last") for each in fifty)
        poke(stack, "441881", "the neighbour's last")
        assert hear(other[0], "the neighbour's last")
        assert "last" not in other[0].heard.replace("the neighbour's last", "")
        assert "again-" not in other[0].heard


def test_five_seconds_after_postgresql_is_stopped_each_page_has_answered(stack: Stack) -> None:
    """Stopped, it takes connections and says nothing: worse than being away."""
    cookie = signed_in(stack.address, "duty")
    server = stack.pid_of("PostgreSQL")
    family = [int(p) for p in subprocess.run(["pgrep", "-P", str(server)], capture_output=True, text=True).stdout.split()]
    pages = ["/", "/map/", "/alarms/alarms/", "/people/contacts/", "/exercise/", "/sign-in/", "/api/v1/people/contacts/"]

    def ask(path: str) -> tuple[int, float]:
        begun = time.monotonic()
        answer = httpx.get(stack.address + path, headers={"Cookie": cookie}, timeout=20)
        return answer.status_code, time.monotonic() - begun

    until(lambda: (stack.folder / "copies" / "index.json").exists(), "the worker has kept copies")
    for pid in [server, *family]:
        os.kill(pid, signal.SIGSTOP)  # type: ignore[arg-type]
    try:
        with ThreadPoolExecutor(len(pages)) as pool:
            answers = dict(zip(pages, pool.map(ask, pages), strict=True))
        public = ask("/warnings/")
    finally:
        for pid in [*family, server]:
            os.kill(pid, signal.SIGCONT)  # type: ignore[arg-type]
    assert {path: status for path, (status, _seconds) in answers.items()} == dict.fromkeys(pages, 503)
    assert max(seconds for _status, seconds in [*answers.values(), public]) < 5
    assert public[0] == 200, "warnings in force are served from the copy"
    until(lambda: ask("/")[0] == 200, "it recovers by itself", 30)


def test_a_second_start_in_the_same_folder_says_so(stack: Stack) -> None:
    second = subprocess.run(stack.anlan("up"), cwd=ROOT, env=stack.environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "running in this folder already" in second.stdout
    assert f"pid {stack.program.pid}" in second.stdout  # type: ignore[union-attr]


def test_after_the_supervisor_is_killed_nothing_is_left_and_the_next_start_recovers(stack: Stack) -> None:
    database = stack.pid_of("PostgreSQL")
    stack.stop(signal.SIGKILL)
    stack.start()
    assert stack.pid_of("PostgreSQL") not in (None, database)
    assert len(list(stack.processes())) == 5, "web, worker, jobs, ingest and the broker, none left over"


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_everything(stack: Stack, by: signal.Signals) -> None:
    """Also as a script's background job, which begins with SIGINT ignored."""
    if stack.ended():
        stack.start(within=("sh", "-c", 'trap "" INT; exec "$@"', "sh"))
    assert stack.stop(by) == 0
    assert list(stack.processes()) == []
    assert stack.pid_of("PostgreSQL") is None
