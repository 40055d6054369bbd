"""One turn of detection that moves very many alarms: `python -m tests.load.turn [alarms]`, in throw-away databases.

For each kind of move (raised by a value, raised by sums, risen, over) in one turn, and for a network that falls silent and speaks again: how long until the last one is committed, statements an alarm,
and for how long another writer had to wait for the journal meanwhile, beside what the first fifty cost one by one.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

ALONE = 50
ENTRY = 'SELECT kit_journal_append(now(), \'live\', \'system:bench\', \'\', \'\', \'\', \'[{"area": "441802", "action": "bench.wait", "record": "", "record_id": "", "diff": {}, "refused": false}]\', \'sha256\')'


def other_writer(where: dict[str, Any], waits: Any, stop: Any) -> None:
    """Append one entry after the other in transactions of their own, as other people's writes do; keep the longest wait."""
    psycopg = import_module("psycopg")
    with psycopg.connect(autocommit=True, **where) as line:
        while not stop.value:
            began = time.monotonic()
            line.execute(ENTRY)
            waits.value = max(waits.value, time.monotonic() - began)
            time.sleep(0.005)


def told(what: str, count: int, work: Callable[[], object], alone: float) -> float:
    """Print what a turn takes, and for how long the journal was kept from others; return its seconds an alarm."""
    from django.db import connection  # noqa: PLC0415

    from anlan.apps.alarms.models import Alarm  # noqa: PLC0415
    from anlan.kit.live import connection_parameters  # noqa: PLC0415
    from anlan.kit.models import Delivery, JournalEntry, OutboxEvent  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    spawn, statements = mp.get_context("spawn"), [0]
    waits, stop = spawn.Value("d", 0.0), spawn.Value("b", 0)
    writer = spawn.Process(target=other_writer, args=(connection_parameters("live"), waits, stop), daemon=True)
    writer.start()
    while not waits.value:
        time.sleep(0.01)
    waits.value = 0.0

    def counted(execute: Any, *given: Any) -> Any:
        statements[0] += 1
        return execute(*given)

    def rows() -> list[int]:
        with entered(Scope.everything("system:bench")):
            own = JournalEntry.objects.filter(action="bench.wait").count()
            return [
                model.objects.count() - own * (model is JournalEntry) for model in (Alarm, JournalEntry, OutboxEvent, Delivery)
            ]

    before = rows()
    with connection.execute_wrapper(counted):
        began = time.monotonic()
        work()
        took = time.monotonic() - began
    stop.value = 1
    writer.join()
    made = [after - then for after, then in zip(rows(), before, strict=True)]
    print(
        f"{what}: {took:.2f} s for {count:,}, {took / count * 1000:.2f} ms an alarm"
        + (f" ({took / count / alone:.2f} of one by one)" if alone else "")
        + f", {statements[0] / count:.1f} statements an alarm; another writer waited for the journal at most {waits.value:.2f} s;"
        f" alarms, entries, events, deliveries made: {made}",
        flush=True,
    )
    return took / count


def main(count: int) -> None:
    """Measure in throw-away databases."""
    bench = import_module("tests.load.bench")
    from django.db import connection  # noqa: PLC0415

    from anlan.apps.telemetry.api import RawReading, ingest  # noqa: PLC0415
    from anlan.apps.telemetry.detection.process import judge  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        bench.durable()
        with entered(Scope.everything("system:bench")):
            with connection.cursor() as cursor:
                cursor.execute(bench.CITY.format(stations=count + ALONE, alarms=0))
            bench.gauges(count)
        judge("live")
        first = datetime.now(UTC)

        def put(prefix: str, quantity: str, value: float, minutes: int, numbers: range) -> None:
            with entered(Scope.everything("system:bench")):
                at = first + timedelta(minutes=minutes)
                found = ingest([RawReading(n, f"{prefix}-{n}", quantity, at, value) for n in numbers], "http_push")
            assert not found.rejected, found.rejected[:2]

        def one_by_one(value: float, minutes: int) -> Callable[[], None]:
            for n in range(count + 1, count + ALONE + 1):
                put("C", "water_level", value, minutes, range(n, n + 1))
            waiting = list(batches())
            return lambda: [detect(pk) for pk in waiting] and None

        def batches() -> list[int]:
            from anlan.apps.telemetry.api import undetected  # noqa: PLC0415

            with entered(Scope.everything("system:bench")):
                return undetected()

        def detect(pk: int) -> None:
            from anlan.apps.telemetry.api import detect as of  # noqa: PLC0415

            with entered(Scope.everything("system:detection")):
                of(pk)

        every = range(1, count + 1)
        for what, value, minutes in (("raised", 27.0, -30), ("risen", 31.0, -20), ("over", 24.0, -10)):
            alone = told(f"{what} one by one", ALONE, one_by_one(value, minutes), 0)
            put("C", "water_level", value, minutes, every)
            told(f"{what} in one turn", count, lambda: judge("live"), alone)
        put("B", "rain", 0.0, -30, every)
        judge("live")
        put("B", "rain", 60.0, -20, every)
        told("raised by sums in one turn", count, lambda: judge("live"), 0)

        def watched(stale: str) -> Callable[[], None]:
            from anlan.apps.alarms.jobs import watch_silence  # noqa: PLC0415

            with entered(Scope.everything("system:bench")), connection.cursor() as cursor:
                cursor.execute("UPDATE telemetry_datastream SET stale_after = %s WHERE quantity = 'water_level'", [stale])

            def work() -> None:
                with entered(Scope.everything("system:bench")):
                    watch_silence()

            return work

        told("silent at once", count + ALONE, watched("1 minute"), 0)
        told("told again at once", count + ALONE, watched("1 day"), 0)
        print(f"load {os.getloadavg()[0]:.1f}")
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
