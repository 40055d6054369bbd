"""`make bench`: a warning to a million subscribers: counted, queued, sent to a text-message centre in a process of its own, overtaken.

.venv/bin/python -m tests.load.broadcast [subscribers] [messages sent]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from tests.load.bench import durable  # isort: skip  it makes the place for the worlds and sets Django up

from django.conf import settings
from django.db import connection, connections

from anlan.apps.messages import actions, carrying, earned, jobs, parcels
from anlan.apps.messages.models import Broadcast
from anlan.apps.places import api as places
from anlan.apps.warning.audience import audience_of
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing import databases
from anlan.lib import smsc
from anlan.site.startup import ready

CROWD = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
SENT = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
EVERYTHING = Scope.everything("system:bench")
PORT = 27_759
TEXTS = {
    "*": {
        "zh": "英德市洪水橙色预警。请低洼地带人员立即转移到高处。回复TD退订",
        "en": "Flood warning. Move to high ground. Reply TD.",
    }
}
#: What queueing is held against: the same rows as a bare COPY into a table without an index, one durable commit.
RAW = "CREATE TEMP TABLE raw AS SELECT * FROM messages_parcel WITH NO DATA"


def seconds(work: Callable[[], object]) -> float:
    """Return how long something took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory() -> float:
    """Return what this process holds at present, in MiB."""
    with open("/proc/self/statm", encoding="ascii") as held:
        return int(held.read().split()[1]) * resource.getpagesize() / 2**20


def begin(urgent: bool, areas: list[str]) -> Broadcast:
    """Begin a broadcast; the first 5,000 are queued with it."""
    until = clock.now() + timedelta(hours=12)
    return actions.broadcast(
        kind="warning", subject="bench", texts=TEXTS, areas=areas, area="4418", urgent=urgent, expires_at=until
    )


TOWNS: list[str] = []


def people() -> None:
    """Make the crowd and count it."""
    TOWNS.extend(town.code for town in places.below("441802", "town")[:10])
    made = seconds(lambda: actions.simulate_subscribers(count=CROWD, under="4418"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messages_subscriber")
    whole = median(seconds(lambda: audience_of(["4418"])) for _ in range(5))
    own = median(seconds(lambda: parcels.audience(["4418"])) for _ in range(5))
    print(f"{CROWD:,} synthetic subscribers made in {made:.1f} s")
    print(f"audience of the whole city: {whole:.2f} s, of which subscribers {own:.2f} s (aim at most 1 s)", flush=True)


def queue() -> Broadcast:
    """Queue the whole crowd; returns the broadcast."""
    before = memory()
    began = time.perf_counter()
    row = begin(False, ["4418"])
    first = time.perf_counter() - began
    queued, hundred = parcels.FIRST, 0.0
    while (made := parcels.fill(row, parcels.CHUNK)) > 0:
        queued += made
        if queued >= 100_000 and not hundred:
            hundred = (time.perf_counter() - began) * 100_000 / queued
    actions.end_filling(broadcast=row.pk)
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        began = time.perf_counter()
        cursor.execute("INSERT INTO raw SELECT * FROM messages_parcel WHERE broadcast = %s", [row.pk])
        raw = time.perf_counter() - began
        cursor.execute("DROP TABLE raw")
    print(f"queued with the deed: the first {parcels.FIRST:,} in {first:.2f} s; 100,000 in {hundred:.1f} s (aim at most 10 s)")
    print(f"queued {queued:,} in {took:.1f} s (aim 90 s a million); {took / raw:.1f} × the bare copy of the rows ({raw:.1f} s)")
    print(f"memory of the process meanwhile: +{memory() - before:.0f} MiB", flush=True)
    return row


def ledger(row: Broadcast) -> None:
    """Count the copies of a broadcast by village, as the reach page does."""
    took = median(seconds(lambda: earned.copies_by_village([row], ("4418",))) for _ in range(3))
    print(f"reach over {row.total or CROWD:,} copies: {took:.2f} s", flush=True)


def send(row: Broadcast) -> None:
    """Send some of it, then let an urgent one overtake what waits."""
    mood = ["--report-after", "0.2"]
    peer = subprocess.Popen(
        [sys.executable, "-m", "anlan.lib.smsc", str(PORT), *mood], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    settings.ANLAN_SMPP = f"smpp://bench:bench@127.0.0.1:{PORT}?source=10690000&binds=2&window=100"
    stop = threading.Event()
    try:
        time.sleep(3)
        carrying.start(["sms"])
        carrier = carrying.CARRIERS["sms"][0]
        while not carrier.line.health().binds:
            time.sleep(0.05)
        before, began = memory(), time.perf_counter()
        told: dict[str, int] = {}
        while told.get("sent", 0) + told.get("delivered", 0) < SENT:
            time.sleep(0.2)
            told = parcels.tally(row.pk)["sms"]
        took, done = time.perf_counter() - began, told.get("sent", 0) + told.get("delivered", 0)
        print(
            f"sent {done:,} in {took:.1f} s: {done / took:.0f} messages/s (aim at least 500), {told.get('delivered', 0):,} of them reported"
        )
        print(f"memory of the process meanwhile: {before:.0f} → {memory():.0f} MiB; waiting {told['waiting']:,}", flush=True)
        late = sorted(overtake(n) for n in range(len(TOWNS)))
        print(
            f"urgent ahead of {told['waiting']:,} waiting, first accepted: median {late[len(late) // 2]:.2f} s, at most {late[-1]:.2f} s (aim 2 s)"
        )
        actions.stop(broadcast=row.pk)
        lapsed = seconds(jobs.carry)
        print(f"called off: {parcels.tally(row.pk)['sms'].get('lapsed', 0):,} let be in {lapsed:.1f} s", flush=True)
    finally:
        stop.set()
        carrying.stop_all()
        peer.terminate()
        peer.wait(10)


def overtake(number: int) -> float:
    """Return how soon after it was begun an urgent broadcast to one town has been accepted by the centre."""
    area = TOWNS[number]
    began = time.perf_counter()
    row = begin(True, [area])
    while not any(parcels.tally(row.pk).get("sms", {}).get(state) for state in ("sent", "delivered")):
        time.sleep(0.01)
        if time.perf_counter() - began > 60:
            raise RuntimeError(f"nothing of {area} was sent: {parcels.tally(row.pk)}")
    return time.perf_counter() - began


def main() -> None:
    """Measure in throw-away databases."""
    assert smsc.Centre
    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        durable()
        with entered(EVERYTHING):
            people()
            row = queue()
            ledger(row)
            send(row)
        connections.close_all()
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main()
