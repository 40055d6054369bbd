"""Readings at a steady rate with detection on, and how long an alarm takes: `python -m tests.load.sustained [seconds] [rate] [detectors]`.

Two processes take in what is pushed (bodies of 500 rows as JSON), one stations' gateway by MQTT (bodies of 100), so many processes
share the stations and the broker's session; with two the first is killed half way. Every body has gauges of every share; river gauges go on from share
to share. Every second one river gauge crosses its threshold: from before its body is
decoded until the alarm is committed and its pages are poked. All readings are counted afterwards, and every alarm, and who judged how many.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

GAUGES, BODY, GATEWAY = int(os.environ.get("BENCH_GAUGES", "5000")), 500, 100
Shared = Any


def _program(work: Callable[..., None], *given: Any) -> mp.Process:
    """Start a process of the program's own: nothing of ours is inherited but the environment."""
    process = mp.get_context("spawn").Process(target=work, args=given, daemon=True)
    process.start()
    return process


def _up() -> None:
    os.environ.update(ANLAN_POOL="0", DJANGO_SETTINGS_MODULE="anlan.site.settings")
    import_module("django").setup()
    import_module("anlan.site.startup").ready()


def memory(pid: int) -> float:
    """Return how much memory a process holds, in MiB; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def push(number: int, rate: float, until: Shared, sent: Shared, late: Shared) -> None:
    """Take in bodies of many gauges as the push does, at a steady rate; tell how many rows and how far behind the clock."""
    _up()
    from anlan.apps.telemetry.intake.decoding import from_json  # noqa: PLC0415
    from anlan.apps.telemetry.intake.storing import ingest  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    mine = [f"B-{n}" for n in range(1 + number, GAUGES + 1, 3)]
    at, place, due = datetime.now(UTC), 0, time.time()
    with entered(Scope.everything(f"system:bench{number}")):
        while time.time() < until[0]:
            if place + BODY > len(mine):
                place = 0
                at = datetime.now(UTC)
            rows = [{"station": s, "quantity": "rain", "time": at.isoformat(), "value": 0.01} for s in mine[place : place + BODY]]
            place += BODY
            found = ingest(from_json(json.dumps({"readings": rows}).encode()), "http_push", b"x" * 10_000)
            assert found.accepted == BODY, found
            sent[number] += BODY
            due += BODY / rate
            late[number] = max(late[number], time.time() - due)
            time.sleep(max(0.0, due - time.time()))


def detect(url: str, number: int, judged: Shared) -> None:
    """Detect and listen to the broker as the ingest process does, as far as it is this process's turn; count by lane the readings judged."""
    _up()
    from anlan.apps.telemetry.detection.process import Working  # noqa: PLC0415
    from anlan.apps.telemetry.detection.waiting import Waiting  # noqa: PLC0415
    from anlan.apps.telemetry.kinds.lanes import LANES  # noqa: PLC0415

    taken_away = Waiting.judged

    def counted(batch: Any, using: str) -> None:
        taken_away(batch, using)
        judged[number * len(LANES) + LANES.index(batch.lane)] += len(batch.rows(using))

    Waiting.judged = counted  # type: ignore[method-assign]
    with Working(url):
        while True:
            time.sleep(1)


def gateway(url: str, rate: float, until: Shared, sent: Shared) -> None:
    """Publish bodies of many gauges by MQTT as one account does."""
    from anlan.lib import mqtt  # noqa: PLC0415

    to = mqtt.broker(url)
    assert to is not None
    client, ready = mqtt.client(to), threading.Event()
    client.on_connect = lambda *_: ready.set()
    mqtt.start(client, to)
    assert ready.wait(30)
    mine = [f"B-{n}" for n in range(3, GAUGES + 1, 3)]
    at, place, due, number = datetime.now(UTC), 0, time.time(), 0
    while time.time() < until[0]:
        if place + GATEWAY > len(mine):
            place, at = 0, datetime.now(UTC)
        rows = [{"station": s, "quantity": "rain", "time": at.isoformat(), "value": 0.01} for s in mine[place : place + GATEWAY]]
        place, number = place + GATEWAY, number + 1
        client.publish("anlan/readings/gauge", json.dumps({"id": f"g-{number}", "readings": rows}), qos=1).wait_for_publish(30)
        sent[2] += GATEWAY
        due += GATEWAY / rate
        time.sleep(max(0.0, due - time.time()))
    client.disconnect()
    client.loop_stop()


def crossings(seconds: int, waits: list[float], begun: list[float]) -> None:
    """Let one river gauge after the other cross its warning level, one a second; note how long each alarm took."""
    from django.db import connection  # noqa: PLC0415

    from anlan.apps.alarms.models import Alarm  # noqa: PLC0415
    from anlan.apps.telemetry.api import RawReading, ingest  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    with entered(Scope.everything("system:bench")):
        for number in range(1, seconds + 1):
            began = time.perf_counter()
            begun.append(time.time())
            code = f"C-{number}"
            ingest([RawReading(1, code, "water_level", datetime.now(UTC), 27.0)], "http_push")
            while not Alarm.objects.filter(station__code=code, hazard="river_flood").exists():
                time.sleep(0.02)
                if time.perf_counter() - began > 60:
                    break
            waits.append(time.perf_counter() - began)
            time.sleep(max(0.0, 1.0 - waits[-1]))
    connection.close()


def warm(undetected: Callable[[], list[int]]) -> None:
    """Let every gauge say its first reading, and the detectors build their arrays."""
    from anlan.apps.telemetry.api import RawReading, ingest  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415

    at = datetime.now(UTC) - timedelta(hours=1)
    with entered(Scope.everything("system:warm")):
        ingest([RawReading(n, f"B-{n}", "rain", at, 0.1) for n in range(1, GAUGES + 1)], "http_push")
        while undetected():
            time.sleep(0.2)


def main(seconds: int, rate: int, count: int) -> None:
    """Measure in throw-away databases."""
    bench = import_module("tests.load.bench")
    from django.db import connection, connections  # noqa: PLC0415

    from anlan.apps.alarms.models import Alarm  # noqa: PLC0415
    from anlan.apps.telemetry.api import undetected  # noqa: PLC0415
    from anlan.apps.telemetry.detection.process import AREAL, HEAVIES, LIGHTS  # noqa: PLC0415
    from anlan.apps.telemetry.kinds.lanes import LANES  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.kit.testing.brokers import broker  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    names = [*LIGHTS, *HEAVIES, *AREAL]
    try:
        databases.fresh_worlds("bench")
        ready()
        bench.durable()
        os.environ |= {
            "ANLAN_LIVE_NAME": connection.settings_dict["NAME"],
            "ANLAN_EXERCISE_NAME": connections["exercise"].settings_dict["NAME"],
        }
        with entered(Scope.everything("system:bench")):
            bench.gauges(GAUGES)
            bench.city(stations=max(seconds, 100), alarms=0, hours=1)
        sent, late = (mp.get_context("spawn").Array(kind, 3, lock=False) for kind in ("q", "d"))
        with broker(Path(tempfile.mkdtemp(prefix="anlan-broker-", dir="/tmp"))) as own:
            judged = mp.get_context("spawn").Array("q", count * len(LANES), lock=False)
            judges = [_program(detect, own.url, n, judged) for n in range(count)]
            warm(undetected)
            until = mp.get_context("spawn").Array("d", [time.time() + 600], lock=False)

            def by_process() -> str:
                size = len(LANES)
                return "; ".join(
                    f"process {n}: " + ", ".join(f"{name} {judged[n * size + place]:,}" for place, name in enumerate(names))
                    for n in range(count)
                )

            parts = [_program(push, n, rate * 0.45, until, sent, late) for n in range(2)]
            parts.append(_program(gateway, own.simulator, rate * 0.1, until, sent))
            waits: list[float] = []
            begun: list[float] = []
            watch = threading.Thread(target=crossings, args=(seconds - 10, waits, begun))
            while not all(sent):  # the processes start
                time.sleep(0.1)
            until[0] = time.time() + seconds
            began, before = time.time(), sum(sent)
            watch.start()
            first = {p.pid: memory(p.pid or 0) for p in [*parts[:2], *judges]}
            killed = 0.0
            if count > 1:
                time.sleep(seconds / 2)
                os.kill(judges[0].pid or 0, signal.SIGKILL)
                killed = time.time()
                print(f"a detector is killed after {time.time() - began:.0f} s, {len(waits)} alarms by then", flush=True)
                print(f"readings judged by lane until then: {by_process()}", flush=True)
            time.sleep(max(0.0, until[0] - time.time() - 1))
            told = (sum(sent) - before) / (time.time() - began)
            last = {p.pid: memory(p.pid or 0) for p in [*parts[:2], *judges]}
            for part in parts:
                part.join(60)
            watch.join(120)
            settle = time.time()
            with entered(Scope.everything("system:bench")):
                while undetected() and time.time() - settle < 120:
                    time.sleep(0.1)
                caught_up = time.time() - settle
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*), count(DISTINCT (datastream_id, at)) FROM telemetry_reading r JOIN telemetry_batch b ON b.id = r.batch"
                        " JOIN telemetry_datastream d ON d.id = r.datastream_id AND d.quantity = 'rain'"
                        " WHERE b.sender IN ('gauge', 'system:bench0', 'system:bench1')"
                    )
                    stored, distinct = cursor.fetchone()
                alarms = list(
                    Alarm.objects.filter(station__code__startswith="C-", hazard="river_flood").values_list(
                        "station__code", flat=True
                    )
                )
            for judge in judges:
                judge.kill()
        after = [wait for at, wait in zip(begun, waits, strict=True) if killed - 1 < at < killed + 10]
        taken_over = f"; of those around the kill at most {max(after):.2f} s" if after else ""
        waits.sort()
        print(
            f"sustained: {told:,.0f} readings/s for {seconds} s (asked {rate:,}), push {sent[0] + sent[1]:,}, MQTT {sent[2]:,};"
            f" push behind the clock at most {max(late):.1f} s; {stored:,} of {sum(sent):,} stored, {stored - distinct:,} twice"
        )
        print(
            f"reading -> alarm committed: median {waits[len(waits) // 2]:.2f} s, p95 {waits[len(waits) * 95 // 100]:.2f} s, at most {waits[-1]:.2f} s{taken_over};"
            f" {len(alarms)} alarms of {len(waits)} crossings, {len(alarms) - len(set(alarms))} twice; nothing unjudged {caught_up:.1f} s after the end"
        )
        print(f"readings judged by lane in all: {by_process()}")
        print(
            "memory MiB, at the beginning and at the end: "
            + ", ".join(f"{first[p]:.0f} -> {last[p]:.0f}" for p in first)
            + f"; load {os.getloadavg()[0]:.1f}"
        )
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(*(numbers + [60, 10_000, 1][len(numbers) :]))
