"""`make bench`: 10,000 interleavings, 64 clerks, a million entries, balances as of any instant; the whole of it proved at the end.

.venv/bin/python -m tests.load.ledger [--alone] [entries interleavings]

`--alone` measures the clerks at real-time priority, where other programs want the same two cores (root only).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import threading
import time

from tests.load.bench import durable  # isort: skip  it makes the place for the worlds and sets Django up

from django.conf import settings
from django.db import connection, connections

from anlan.apps.supplies.models import Stock
from anlan.apps.supplies.tests import factories
from anlan.kit import clock, journal
from anlan.kit.ledger import verify
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing import databases
from anlan.kit.testing.ledger import Interleavings, moved
from anlan.site.startup import ready

CLERKS, PROCESSES, SECONDS = 64, 4, 20
ALONE = "--alone" in sys.argv
ENTRIES, ROUNDS = [int(word) for word in sys.argv[1:] if word.isdecimal()] or (1_000_000, 10_000)
EVERYTHING = Scope.everything("system:bench")


def clerk(seed: int, lines: int, until: float, depots: list[object], lots: list[object], counts: list[int]) -> None:
    """Post random moves until it is time; count moves posted, deeds and refusals."""
    dice = random.Random(seed)  # noqa: S311
    while time.monotonic() < until:
        places = [*depots, Stock.receiver]
        moves = [(dice.choice(lots), dice.randint(1, 40), *dice.sample(places, 2)) for _line in range(lines)]
        with entered(EVERYTHING):
            try:
                moved(Stock, *moves)
                counts[0] += lines
                counts[1] += 1
            except Refusal:
                counts[2] += 1
    connections.close_all()


def process(number: int, lines: int, depots: list[object], lots: list[object], answers: multiprocessing.Queue[list[int]]) -> None:
    """Run a process's share of the clerks."""
    connections.close_all()
    until = time.monotonic() + SECONDS
    counts = [[0, 0, 0] for _clerk in range(CLERKS // PROCESSES)]
    threads = [
        threading.Thread(target=clerk, args=(1000 * number + n, lines, until, depots, lots, counts[n]))
        for n in range(len(counts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put([sum(column) for column in zip(*counts, strict=True)])


def prefer(wanted: bool) -> None:
    """Put this bench and its PostgreSQL before all other programs, or back among them."""
    master = (databases.the_cluster().data / "postmaster.pid").read_text().split()[0]
    servers = subprocess.run(["pgrep", "-P", master], capture_output=True, text=True, check=False).stdout.split()  # noqa: S607
    for pid in (master, *servers, os.getpid()):
        os.sched_setscheduler(int(pid), os.SCHED_RR if wanted else os.SCHED_OTHER, os.sched_param(5 if wanted else 0))


def interleavings() -> None:
    """Let three clerks act at once ten thousand times; each round must be what some order of its deeds leaves."""
    began = time.monotonic()
    with entered(EVERYTHING):
        depots: list[object] = [factories.depot("441802", 100 + n) for n in range(3)]
        lots: list[object] = [factories.lot(100 + n) for n in range(2)]
        moved(Stock, *((lot, 5, Stock.supplier, depot) for lot in lots for depot in depots))
    rounds = Interleavings(Stock, lots, depots, Stock.supplier, seed=17)
    rounds.run(ROUNDS)
    took = time.monotonic() - began
    print(f"{ROUNDS} interleavings, each explained by some order: {rounds.posted} posted, {rounds.refused} refused, {took:.0f} s")


def clerks(lines: int, depots: list[object], lots: list[object]) -> None:
    """Let 64 clerks post deeds of so many moves and print how many per second."""
    connections.close_all()
    answers: multiprocessing.Queue[list[int]] = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=process, args=(n, lines, depots, lots, answers)) for n in range(PROCESSES)]
    began = time.monotonic()
    if ALONE:
        prefer(True)
    for worker in workers:
        worker.start()
    moves, deeds, refused = (sum(column) for column in zip(*(answers.get() for _w in workers), strict=True))
    for worker in workers:
        worker.join()
    if ALONE:
        prefer(False)
    took = time.monotonic() - began
    print(f"{CLERKS} clerks, {lines} moves a deed: {moves / took:.0f} postings/s ({deeds / took:.0f} deeds/s, {refused} refused)")


def fill(depots: list[object], lots: list[object]) -> None:
    """Bring the ledger to its million entries, two thousand moves a deed."""
    dice, began = random.Random(5), time.monotonic()  # noqa: S311
    with entered(EVERYTHING):
        for _batch in range(max(0, ENTRIES // 2 - Stock.objects.count() // 2) // 2000):
            moved(Stock, *((dice.choice(lots), 1, Stock.supplier, dice.choice(depots)) for _move in range(2000)))
        count = Stock.objects.count()
    print(f"{count} entries; filled in {time.monotonic() - began:.0f} s")


def as_of(depots: list[object], lots: list[object]) -> None:
    """Print how long a balance, and all that stood in a depot, take at random instants."""
    dice = random.Random(9)  # noqa: S311
    with entered(EVERYTHING):
        first, last = Stock.objects.order_by("at").values_list("at", flat=True)[0], clock.now()
        took: dict[str, list[float]] = {"one balance": [], "a whole depot": []}
        for _n in range(60):
            at = first + (last - first) * dice.random()
            for what, ask in (
                ("one balance", lambda at=at: Stock.balance(dice.choice(depots), dice.choice(lots), at=at)),
                ("a whole depot", lambda at=at: Stock.left(dice.choice(depots), at=at)),
            ):
                began = time.perf_counter()
                ask()
                took[what].append(time.perf_counter() - began)
    for what, seconds in took.items():
        print(f"as of any instant, {what}: p95 {1000 * sorted(seconds)[56]:.1f} ms")


def main() -> None:
    """Make a world, load it, prove it."""
    databases.start_cluster()
    ready()
    databases.fresh_worlds("ledger")
    durable()
    with entered(EVERYTHING):
        depots: list[object] = [factories.depot("441802", n) for n in range(8)]
        lots: list[object] = [factories.lot(n) for n in range(25)]
        moved(Stock, *((lot, 5000, Stock.supplier, depot) for lot in lots for depot in depots))
    interleavings()
    clerks(1, depots, lots)
    clerks(5, depots, lots)
    fill(depots, lots)
    with databases.the_cluster().admin(settings.DATABASES["default"]["NAME"]) as owner:
        owner.execute("ANALYZE")
    as_of(depots, lots)
    clerks(5, depots, lots)
    began = time.monotonic()
    proof, chain = verify(Stock), journal.verify()
    with entered(EVERYTHING), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM supplies_stockbalance WHERE quantity < 0 AND place NOT LIKE '~%'")
        below = cursor.fetchone()[0]
    print(f"proved in {time.monotonic() - began:.0f} s: {proof} · journal {chain} · below zero: {below}")
    databases.drop_worlds()
    databases.stop_cluster(keep=False)
    if not proof.verified or not chain.verified or below:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
