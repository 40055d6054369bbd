"""`make bench`: speed as ratios against a ceiling measured in the same run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

os.environ["ANLAN_VAR"] = tempfile.mkdtemp(prefix="anlan-bench-", dir="/tmp")
os.environ.update(ANLAN_POOL="0", ANLAN_TEST_RUN=str(os.getpid()), DJANGO_SETTINGS_MODULE="anlan.site.settings")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from anlan.apps.monitoring import intake, views, windows  # noqa: E402
from anlan.apps.monitoring.kinds import HAZARDS  # noqa: E402
from anlan.apps.monitoring.models import Batch  # noqa: E402
from anlan.apps.people.models import Account  # noqa: E402
from anlan.apps.places import api as places  # noqa: E402
from anlan.kit.scope import Scope, entered  # noqa: E402
from anlan.kit.testing import databases  # noqa: E402
from anlan.site.startup import ready  # noqa: E402

T0 = datetime(2022, 6, 15, tzinfo=UTC)


def timed(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median seconds of several runs after one warm-up."""
    work()
    seconds = []
    for _run in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def gauges(count: int) -> list[tuple[int, str]]:
    """Add rain gauges for the benchmarks; returns (datastream, station code)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO monitoring_station (code, name, name_en, kind, river, location_precision, note, source, area, created_at,"
            " changed_at) SELECT 'B-' || n, 'B', '', 'rain', '', '', '', '', '441802', now(), now() FROM generate_series(1, %s) n",
            [count],
        )
        cursor.execute(
            "INSERT INTO monitoring_datastream (station_id, quantity, stale_after, area, created_at, changed_at)"
            " SELECT id, 'rain', '6 hours', area, now(), now() FROM monitoring_station WHERE code LIKE 'B-%%'"
        )
        cursor.execute(
            "INSERT INTO monitoring_threshold (datastream_id, level, window_hours, value, source, confidence, area, created_at,"
            " changed_at) SELECT d.id, t.level, t.window_hours, t.value, '', '', '441802', now(), now()"
            " FROM monitoring_datastream d JOIN monitoring_station s ON s.id = d.station_id, ("
            " SELECT level, window_hours, value FROM monitoring_threshold WHERE datastream_id ="
            " (SELECT min(datastream_id) FROM monitoring_threshold WHERE window_hours > 0)) t WHERE s.code LIKE 'B-%%'"
        )
    with databases.the_cluster().admin(settings.DATABASES["default"]["NAME"]) as owner:
        owner.execute("ANALYZE")  # as autovacuum does in a running system
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, s.code FROM monitoring_datastream d JOIN monitoring_station s ON s.id = d.station_id"
            " WHERE s.code LIKE 'B-%%' ORDER BY d.id"
        )
        return list(cursor.fetchall())


def ingest(known: list[tuple[int, str]]) -> None:
    """Readings as they come in by the push (decode, check, batch row, commit) against raw COPY of the same rows, 5,000 a batch."""
    for day, senders in enumerate((500, 5000)):
        minutes = iter(range(10_000))

        def instants() -> list[datetime]:
            began = T0 + timedelta(days=day, minutes=next(minutes) * (5000 // senders))  # noqa: B023
            return [began + timedelta(minutes=n) for n in range(5000 // senders)]  # noqa: B023

        def bodies(runs: int) -> list[bytes]:
            return [
                json.dumps(
                    {
                        "readings": [
                            {"station": code, "quantity": "rain", "time": at.isoformat(), "value": 1.25}
                            for at in instants()
                            for _pk, code in known[:senders]  # noqa: B023
                        ]
                    }
                ).encode()
                for _run in range(runs)
            ]

        def blocks(runs: int) -> list[list[tuple[object, ...]]]:
            streams = [pk for pk, _code in known[:senders]]  # noqa: B023
            return [[(pk, at, 1, 1.25, 0, False, 1) for at in instants() for pk in streams] for _run in range(runs)]  # noqa: B023

        intake.ensure_partitions("default", {(T0 + timedelta(days=d)).date() for d in range(3)})
        waiting, ready = iter(bodies(6)), iter(blocks(6))

        def raw() -> None:
            command = f"COPY monitoring_reading {intake.COLUMNS} FROM STDIN (FORMAT BINARY)"
            with transaction.atomic(), connection.copying() as cursor, cursor.copy(command) as copy:  # type: ignore[attr-defined]
                copy.set_types(intake.TYPES)
                for row in next(ready):  # noqa: B023
                    copy.write_row(row)

        def real() -> None:
            body = next(waiting)  # noqa: B023
            intake.ingest(views._parse(body, "application/json"), "http_push", body)

        ceiling, ours = timed(raw), timed(real)
        print(
            f"ingest, {senders} senders a batch: {5000 / ours:,.0f} rows/s; {ceiling / ours:.2f} of raw COPY (aim >= 0.7);"
            f" {ours * 1000:.0f} ms against {ceiling * 1000:.0f} ms"
        )


def detection(known: list[tuple[int, str]]) -> None:
    """One tick of 100,000 gauges over six windows, as detection does it, against a plain numpy pass over the same arrays."""
    hazard = HAZARDS.get("rainstorm")
    random = np.random.default_rng(1)
    ticks = iter(range(100))
    start = datetime(2022, 7, 1, tzinfo=UTC)
    intake.ensure_partitions("default", {start.date(), (start + timedelta(days=1)).date()})

    def tick() -> int:
        turn = next(ticks)
        at, rain = start + timedelta(minutes=5 * turn), random.gamma(0.05, 2.0, len(known)).round(1)
        rain[: len(known) // 100] += (
            40.0 if turn == 0 else 0.0
        )  # one in a hundred stands at a level: its state is saved each tick
        batch = Batch(connector="bench", received_at=at, sha256="")
        batch.save(using="default")
        rows = [(pk, at, value, 0, False) for (pk, _code), value in zip(known, rain.tolist(), strict=True)]
        with connection.copying() as cursor:  # type: ignore[attr-defined]
            intake._copy(cursor, "monitoring_reading", rows, batch.pk)
        return batch.pk

    def judged(batch: int) -> tuple[float, int]:
        began = time.perf_counter()
        with transaction.atomic():
            moves = windows.judge(hazard, "default", batch)
            Batch.objects.filter(pk=batch).update(detected_at=start)
        return time.perf_counter() - began, len(moves)

    first, moved = judged(tick())
    ours = median(judged(tick())[0] for _run in range(6))
    watch = windows._kept[("default", "rainstorm")]
    ring, limits = watch.ring, watch.limits
    slots = np.diff(ring.totals, axis=0, prepend=0)

    def sums_of_slots() -> None:
        for n, span in enumerate(ring.spans):
            total = slots[-span:].sum(axis=0)
            for level in range(4):
                total >= limits[n, level]  # noqa: B015

    def differences() -> None:
        for n, span in enumerate(ring.spans):
            total = ring.totals[-1] - ring.totals[-1 - span]
            for level in range(4):
                total >= limits[n, level]  # noqa: B015

    plain, bare = timed(sums_of_slots), timed(differences)
    began = time.perf_counter()
    windows.build(hazard, "default", [], None)
    rebuilt = time.perf_counter() - began
    print(
        f"detection: {len(known):,} gauges x 6 windows in {ours * 1000:.0f} ms a tick with loading and saving; {ours / plain:.1f} x"
        f" plain numpy sums of the same slots ({plain * 1000:.0f} ms; aim <= 3), {ours / bare:.0f} x mere differences of running"
        f" totals ({bare * 1000:.1f} ms); {moved} gauges at a level, raising their alarms not counted; first tick {first:.1f} s, building anew {rebuilt:.1f} s"
    )


def points() -> None:
    """Point in division: a million points on county outlines."""
    index = places.index("county")
    random = np.random.default_rng(1)
    lons, lats = random.uniform(111.9, 114.0, 1_000_000), random.uniform(23.4, 25.2, 1_000_000)
    began = time.perf_counter()
    index.locate(lons, lats)
    print(f"point in division: 1,000,000 points in {time.perf_counter() - began:.1f} s (aim <= 10 s)")


def pages() -> None:
    """Server time of the main pages, p95 of 20."""
    client = Client()
    client.force_login(Account.objects.get(username="duty"), backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        "/",
        "/monitoring/stations/",
        "/monitoring/stations/1/",
        "/map/",
        "/monitoring/stations.geojson",
        "/places/layers/county.geojson",
    ):
        seconds = []
        for _run in range(21):
            began = time.perf_counter()
            client.get(address)
            seconds.append(time.perf_counter() - began)
        print(f"page {address}: p95 {sorted(seconds[1:])[18] * 1000:.0f} ms")


def main() -> None:
    """Run every benchmark in throw-away databases."""
    databases.start_cluster(Path(os.environ["ANLAN_VAR"]))
    try:
        databases.fresh_worlds("bench")
        ready()
        pages()
        with entered(Scope.everything("system:bench")):
            known = gauges(100_000)
            ingest(known)
            detection(known)
            points()
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    sys.exit(main())
