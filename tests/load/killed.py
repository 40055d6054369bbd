"""Workers killed with -9 at random moments while they send: nobody is lost, and nobody is told twice but where it is counted as doubtful.

.venv/bin/python -m tests.load.killed [kills] [addressees]
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

from tests.load.bench import durable  # isort: skip  it makes the place for the worlds and sets Django up

from django.conf import settings
from django.db import connection, connections

from anlan.apps.messages import actions, carrying, jobs, parcels
from anlan.apps.messages.models import Broadcast
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing import databases
from anlan.kit.testing.forking import forked
from anlan.site.startup import ready

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
PEOPLE = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
PORT = 27_761


def everything() -> Scope:
    """Return the scope of a worker."""
    return Scope.everything("system:killed")


def work() -> None:
    """Be a worker: queue what is left, then carry, until killed."""
    with entered(everything()):
        for row in jobs.queries.running():
            if row.state == "filling":
                jobs.fill(row)
        line = carrying.open_line("sms", "live")
        assert line is not None
        carrying.run(carrying.Carrier("sms", line))


def give_out() -> None:
    """Let the leases of the dead run out at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE messages_parcel SET taken_until = '2000-01-01' WHERE state = 1")
    parcels.give_out_again()


def begun(people: int) -> Broadcast:
    """Make people, and a broadcast to them of which most is still to be queued."""
    actions.simulate_subscribers(count=people, under="4418")
    row: Broadcast = actions.broadcast(
        kind="warning", subject="killed", texts={"*": {"zh": "洪水橙色预警，请转移。" * 7}}, areas=["4418"], area="4418",
        expires_at=clock.now() + timedelta(hours=12),
    )  # fmt: skip
    return row


def is_under_way(row: Broadcast) -> bool:
    """Return whether anything of a broadcast is still to be queued or handed over."""
    return bool(parcels.tally(row.pk)["sms"].get("waiting")) or Broadcast.objects.get(pk=row.pk).state == "filling"


def one_life(seconds: float) -> None:
    """Let a worker live so long, then kill it."""
    child = forked(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def trial() -> None:
    """Kill, count, say."""
    dice = random.Random(7)  # noqa: S311  moments
    parcels.CHUNK = 2_000
    row = begun(PEOPLE)
    began = time.monotonic()
    for _kill in range(KILLS):
        one_life(dice.uniform(0.02, 1.2))
        give_out()
    told = parcels.tally(row.pk)["sms"]
    print(f"{KILLS} workers killed within {time.monotonic() - began:.0f} s; {told}", flush=True)
    while is_under_way(row):
        one_life(5.0)
        give_out()


def verdict(centre: dict[str, int]) -> None:
    """Hold what we say against what the centre got."""
    row = Broadcast.objects.get()
    told = parcels.tally(row.pk)["sms"]
    twice = centre["texts"] - centre["people"]
    print(f"addressees {row.total:,}, told {centre['people']:,} of {PEOPLE:,}, lost {PEOPLE - centre['people']:,}")
    print(f"told twice: {twice:,}; counted as doubtful: {told.get('doubted', 0):,}; {told}", flush=True)
    assert centre["people"] == PEOPLE == row.total, "somebody was lost"
    assert twice <= told.get("doubted", 0), "somebody was told twice and nobody knows"


def main() -> None:
    """Run in throw-away databases."""
    databases.start_cluster()
    peer = subprocess.Popen([sys.executable, "-m", "anlan.lib.smsc", str(PORT)], stdout=subprocess.PIPE)
    settings.ANLAN_SMPP = f"smpp://bench:bench@127.0.0.1:{PORT}?source=1&binds=2"
    try:
        databases.fresh_worlds("killed")
        ready()
        durable()
        with entered(everything()):
            trial()
            peer.terminate()
            verdict(json.loads(peer.communicate(timeout=30)[0]))
        connections.close_all()
        databases.drop_worlds()
    finally:
        peer.kill()
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main()
