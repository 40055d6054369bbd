"""`make bench`: speed as ratios against a ceiling measured in the same run."""

from __future__ import annotations

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
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from anlan.apps.monitoring import intake  # noqa: E402
from anlan.apps.monitoring.rules import next_levels  # noqa: E402
from anlan.apps.people.models import Account  # noqa: E402
from anlan.apps.places import api as places  # noqa: E402
from anlan.kit.scope import Scope, entered  # noqa: E402
from anlan.kit.testing import databases  # noqa: E402
from anlan.plugins.hazards import river_flood  # noqa: E402
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


def ingest() -> None:
    """Durable ingest against raw COPY into the same table, in batches of 5,000 rows."""
    intake.ensure_partitions("default", {(T0 + timedelta(days=d)).date() for d in range(3)})
    counter = iter(range(1, 10_000))

    def rows() -> list[intake.Row]:
        base = next(counter) * 10_000
        return [(base + i % 500, T0 + timedelta(minutes=i // 500), 1.0, 0, False) for i in range(5000)]

    def raw() -> None:
        with transaction.atomic(), connection.copying() as cursor:  # type: ignore[attr-defined]
            intake._copy(cursor, "monitoring_reading", rows(), 1)

    def durable() -> None:
        with transaction.atomic():
            intake.store("default", rows(), 1)

    ceiling, ours = timed(raw), timed(durable)
    print(f"ingest: {5000 / ours:,.0f} rows/s; {ceiling / ours:.2f} of raw COPY (aim >= 0.7)")


def detection() -> None:
    """Grading 100,000 stations with hysteresis against a plain numpy pass over the same arrays."""
    n = 100_000
    random = np.random.default_rng(1)
    values = random.uniform(0, 40, n)
    thresholds = {name: np.full(n, 20.0 + i) for i, name in enumerate(("near", "warning", "guarantee", "historical_max"))}
    levels = np.zeros(n, dtype=np.int8)
    hazard = river_flood.HAZARDS.get("river_flood")
    ours = timed(lambda: next_levels(hazard, "water_level", values, thresholds, levels))
    plain = timed(lambda: [values >= t for t in thresholds.values()] + [values + 0.02 >= t for t in thresholds.values()])
    print(
        f"detection: 100,000 stations in {ours * 1000:.1f} ms; {ours / plain:.1f} x a plain numpy comparison of the same arrays"
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
        with entered(Scope.everything("system:bench")):
            ingest()
            detection()
            points()
        pages()
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    sys.exit(main())
