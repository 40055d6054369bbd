"""`make bench`: how soon an urgent message leaves the house while a hundred receivers drip.

.venv/bin/python -m tests.load.receivers [rounds]
"""

from __future__ import annotations

import math
import sys
import threading
import time

from tests.load.bench import durable  # isort: skip  it makes the place for the worlds and sets Django up

from django.conf import settings
from django.db import connections

from anlan.apps.messages import actions, jobs
from anlan.apps.messages.models import Receipt
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing import databases
from anlan.site.startup import ready
from tests.attacks.test_slow_receivers import Receivers

SLOW, AIM = 100, 5.0
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
EVERYTHING = Scope.everything("system:bench")


def bodies(receivers: Receivers) -> tuple[list[str], str]:
    """Make a hundred bodies behind receivers that drip and one behind a good one; returns their codes."""
    with writing():
        made = [
            Organisation(code=f"bench-{n}", area="4418", name=f"B{n}", name_en=f"B{n}", kind="bureau", sector="emergency")
            for n in range(SLOW + 1)
        ]
        for n, body in enumerate(made):
            body.save()
            port = receivers.listen("drip" if n < SLOW else "good")
            url = f"http://127.0.0.1:{port}/"
            ContactPoint(organisation=body, area=body.area, kind="webhook", address=url).save()
    return [body.code for body in made[:SLOW]], made[SLOW].code


def deliver(stop: threading.Event) -> None:
    """Run the job as the worker does, over and over."""
    with entered(EVERYTHING):
        while not stop.is_set():
            jobs.deliver()
            stop.wait(0.2)
    connections.close_all()


def urgent(to: str, number: int) -> float:
    """Send an urgent message; returns after how many seconds its receiver had it."""
    began = time.monotonic()
    with entered(EVERYTHING):
        actions.send(kind="x", subject=f"urgent {number}", body="b", to=[to], area="4418", urgent=True)
        while not Receipt.objects.filter(message__subject=f"urgent {number}", state="delivered").exists():
            time.sleep(0.02)
    return time.monotonic() - began


def main() -> None:
    """Measure in throw-away databases."""
    settings.ANLAN_WEBHOOK_PRIVATE = True
    databases.start_cluster()
    receivers, stop = Receivers(), threading.Event()
    try:
        databases.fresh_worlds("bench")
        ready()
        durable()
        with entered(EVERYTHING):
            slow, good = bodies(receivers)
            for n in range(3):
                actions.send(kind="x", subject=f"ordinary {n}", body="b", to=slow, area="4418")
        worker = threading.Thread(target=deliver, args=(stop,))
        worker.start()
        seconds = sorted(urgent(good, n) for n in range(ROUNDS))
        stop.set()
        worker.join(30)
        late = seconds[math.ceil(len(seconds) * 0.95) - 1]
        print(
            f"urgent message beside {SLOW} receivers that drip: median {seconds[len(seconds) // 2]:.2f} s, p95 {late:.2f} s, "
            f"at most {seconds[-1]:.2f} s (aim p95 at most {AIM:g} s), {ROUNDS} messages",
            flush=True,
        )
        databases.drop_worlds()
    finally:
        stop.set()
        receivers.end()
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main()
