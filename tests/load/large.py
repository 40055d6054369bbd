"""Pages over a table of many readings: `python -m tests.load.large [million readings] [stations]`, p95 of 20 and the rows that were made.

2,000 stations with as many readings each as it takes, over the newest 30 days; the last hour of all of them comes in as a delivery does.
With 2.5 million of 50 stations each has as many as with 100 million of all, which is what a list's page and a hydrograph read.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from importlib import import_module

MAKE = """
INSERT INTO telemetry_reading (datastream_id, at, version, value, flags, estimated, batch)
SELECT d.id, t.at, 1, 24 + (extract(epoch FROM t.at)::bigint / 600 + d.id) %% 200 / 100.0, 0, false, 1
FROM generate_series(%s::timestamptz, %s::timestamptz, %s::interval) AS t(at)
CROSS JOIN (SELECT d.id FROM telemetry_datastream d JOIN telemetry_station s ON s.id = d.station_id WHERE s.code LIKE 'C-%%') d"""
DAYS = 30


def main(millions: float, stations: float) -> None:
    """Measure in throw-away databases."""
    bench = import_module("tests.load.bench")
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from anlan.apps.people.models import Account  # noqa: PLC0415
    from anlan.apps.telemetry.intake.storing import ensure_partitions  # noqa: PLC0415
    from anlan.kit import clock  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        with entered(Scope.everything("system:bench")):
            bench.city(stations=int(stations), alarms=20_000 if stations >= 200 else 0, hours=1)
            now = clock.now().replace(minute=0, second=0, microsecond=0)
            step = timedelta(days=DAYS) / (millions * 1e6 / stations)
            ensure_partitions("default", {(now - timedelta(days=n)).date() for n in range(DAYS + 1)})
            began = time.perf_counter()
            for day in range(DAYS, 0, -1):
                since = now - timedelta(days=day)
                with connection.cursor() as cursor:
                    cursor.execute(MAKE, [since, since + timedelta(days=1) - step - timedelta(hours=2) * (day == 1), step])
            with databases.the_cluster().admin(connection.settings_dict["NAME"]) as owner:
                owner.execute("VACUUM (ANALYZE)")  # as the server does by itself while readings come in
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sum(c.reltuples) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'telemetry_reading'::regclass"
                )
                rows = cursor.fetchone()[0]
                cursor.execute("SELECT max(id) FROM telemetry_station WHERE code LIKE 'C-%'")
                station = cursor.fetchone()[0]
            print(f"{rows:,.0f} readings in {DAYS} days, made in {time.perf_counter() - began:.0f} s", flush=True)
        client = Client()
        client.force_login(Account.objects.get(username="duty"), backend="django.contrib.auth.backends.ModelBackend")
        root = "/api/sensorthings/v1.1/"
        for what, address in {
            "list of stations": "/telemetry/stations/",
            "a station": f"/telemetry/stations/{station}/",
            "a hydrograph": f"/telemetry/stations/{station}/series.json",
            "newest observations of everything": f"{root}Observations?$top=100&$orderby=phenomenonTime desc",
            "newest observations of one": f"{root}Datastreams('C-7.water_level')/Observations?$top=100&$orderby=phenomenonTime desc",
            "count of all observations": f"{root}Observations?$top=1&$count=true",
        }.items():
            seconds, spent = [], []
            for _run in range(21):
                begun, before = time.perf_counter(), bench.worked()
                answer = client.get(address)
                seconds.append(time.perf_counter() - begun)
                spent.append(bench.worked() - before)
                assert answer.status_code == 200, (address, answer.content[:300])
            late = sorted(seconds[1:])[18]
            print(
                f"{what}: p95 {late * 1000:.0f} ms, processor time {sorted(spent[1:])[10] * 1000:.0f} ms; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    given = [float(text) for text in sys.argv[1:]]
    main(*(given + [100, 2000][len(given) :]))
