"""How many relations a tick of detection and the reading of newest values lock, with 30 and with 1,095 day partitions: `python -m tests.load.partitions`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

os.environ.setdefault("ANLAN_VAR", tempfile.mkdtemp(prefix="anlan-bench-", dir="/tmp"))
Path(os.environ["ANLAN_VAR"]).chmod(0o711)
os.environ.update(ANLAN_POOL="0", ANLAN_TEST_RUN=str(os.getpid()), DJANGO_SETTINGS_MODULE="anlan.site.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from anlan.apps.telemetry import api  # noqa: E402
from anlan.apps.telemetry.desk import StationDesk  # noqa: E402
from anlan.apps.telemetry.display.columns import with_newest  # noqa: E402
from anlan.apps.telemetry.intake.storing import ensure_partitions  # noqa: E402
from anlan.apps.telemetry.models import Station  # noqa: E402
from anlan.apps.telemetry.queries import newest, peaks  # noqa: E402
from anlan.apps.telemetry.queries.network import doubted  # noqa: E402
from anlan.apps.telemetry.rules import RawReading  # noqa: E402
from anlan.kit import clock  # noqa: E402
from anlan.kit.scope import Scope, entered  # noqa: E402
from anlan.kit.testing import databases  # noqa: E402
from anlan.site.startup import ready  # noqa: E402

T0 = datetime(2022, 6, 20, 12, tzinfo=UTC)
STATIONS = [f"QY-H{n:02}" for n in range(1, 9)]
turn = iter(range(1, 10_000))


def measured(what: Callable[[], object]) -> tuple[int, float]:
    """Return the most relations that one transaction of something holds locked, and its median milliseconds."""
    seconds, locks = [], 0
    for _run in range(6):
        with transaction.atomic():
            began = time.perf_counter()
            what()
            seconds.append(time.perf_counter() - began)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'")
                locks = max(locks, cursor.fetchone()[0])
    return locks, median(seconds[1:]) * 1000


def put(behind: timedelta = timedelta(), rise: float = 0.0) -> api.IngestResult:
    """Deliver one value of each station, each time a minute on, or late."""
    at = T0 + timedelta(minutes=next(turn)) - behind
    return api.ingest([RawReading(n, code, "water_level", at, 20 + rise + n / 10) for n, code in enumerate(STATIONS, 2)], "test")


def tick(behind: timedelta = timedelta()) -> None:
    """Take a delivery in and judge it."""
    found = put(behind)
    assert not found.rejected, found.rejected[:2]
    api.detect(found.batch)


def all_of_it() -> None:
    """Print what each reader locks and takes."""
    station = Station.objects.get(code="QY-H01")
    stream = station.datastreams.first() if hasattr(station, "datastreams") else None
    asked: dict[str, Callable[[], object]] = {
        "a delivery taken in and judged": tick,
        "the same two hours late": lambda: tick(timedelta(hours=2)),
        "newest values of all stations": newest.latest_values,
        "list of stations with a day's course": lambda: list(with_newest(StationDesk.rows())[:50]),
        "suspect values": doubted,
    }
    if stream is not None:
        asked["the peak since a day ago"] = lambda: peaks.extremes([(stream.pk, T0 - timedelta(days=1))])
    for what, work in asked.items():
        locks, ms = measured(work)
        print(f"  {what}: {locks} relations, {ms:.0f} ms", flush=True)


def main() -> None:
    """Measure with 30 days of partitions, then with three years."""
    databases.start_cluster()
    try:
        databases.fresh_worlds("partitions")
        ready()
        with entered(Scope.everything("system:bench")), clock.frozen(T0 + timedelta(days=1)):
            for days in (30, 1095):
                ensure_partitions("default", {date(2022, 6, 22) - timedelta(days=n) for n in range(days)})
                print(f"{days} day partitions:")
                all_of_it()
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=bool(os.environ.get("ANLAN_TEST_CLUSTER")))


if __name__ == "__main__":
    sys.exit(main())
