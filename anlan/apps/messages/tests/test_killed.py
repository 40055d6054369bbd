"""Workers killed with -9 in the midst of a broadcast: nobody is lost, and nobody is told twice but where it is counted as doubtful.

Ten kills at places chosen by a seed; two hundred at random instants are a bench, `python -m tests.load.killed`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from anlan.apps.messages import actions, carrying, jobs, parcels
from anlan.apps.messages.models import Broadcast
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.forking import forked
from anlan.lib.smpp import SmppLine

KILLS, PEOPLE, SEED = 10, 400, 7
#: Seconds after which a worker dies by itself, whatever becomes of its test.
LONGEST = 60
#: A worker may hold twice the window of each bind: so many can be in doubt when it dies.
WINDOW, BINDS = 8, 2
#: Where it dies, before or after: queueing, taking, handing over, listening, writing down.
PLACES = [(parcels, "take"), (SmppLine, "give"), (SmppLine, "hear"), (parcels, "settle")]


def everything() -> Scope:
    """Return the scope of a worker."""
    return Scope.everything("system:killed")


def work() -> None:
    """Be a worker: queue what is left, then carry, until killed."""
    signal.alarm(LONGEST)
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


def _dying(place: tuple[Any, str], before: bool, turn: int) -> None:
    """Be a worker that is killed before or after it does a thing for the n-th time."""
    owner, name = place
    real, left = getattr(owner, name), [turn]

    def deadly(*args: Any) -> Any:
        left[0] -= 1
        if not left[0] and before:
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*args)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, deadly)
    work()


@pytest.fixture
def centre(settings: Any) -> Iterator[Callable[[], dict[str, int]]]:
    """Run a text-message centre; called, it ends and says whom it told how often."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    peer = subprocess.Popen([sys.executable, "-m", "anlan.lib.smsc", str(port)], stdout=subprocess.PIPE)
    settings.ANLAN_SMPP = f"smpp://a:b@127.0.0.1:{port}?source=1&binds={BINDS}&window={WINDOW}"

    def told() -> dict[str, int]:
        peer.terminate()
        return dict(json.loads(peer.communicate(timeout=30)[0]))

    yield told
    peer.kill()
    peer.wait()


def test_nobody_is_lost_and_who_may_be_told_twice_is_counted(
    committed: None, centre: Callable[[], dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(SEED)
    monkeypatch.setattr(parcels, "FIRST", 0)
    monkeypatch.setattr(parcels, "CHUNK", 80)
    with entered(everything()):
        row = begun(PEOPLE)
        for kill in range(KILLS):
            place = (parcels, "fill") if kill < 2 else PLACES[kill % len(PLACES)]
            before, turn = dice.random() < 0.5, 2 if kill < 2 else dice.randrange(1, 4)
            child = forked(lambda place=place, before=before, turn=turn: _dying(place, before, turn))
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, f"kill {kill} at {place[1]}"
            give_out()
        left = parcels.tally(row.pk)["sms"].get("waiting", 0)
        assert 0 < left < PEOPLE, "they died in the midst of it"
        line = carrying.open_line("sms", "live")
        assert line is not None
        carrier, end = carrying.Carrier("sms", line), time.monotonic() + LONGEST
        while is_under_way(row) and time.monotonic() < end:
            carrier.turn()
        carrier.end()
        doubted = parcels.tally(row.pk)["sms"].get("doubted", 0)
    told = centre()
    assert told["people"] == PEOPLE == parcels.total(row)
    assert told["texts"] - PEOPLE <= doubted <= KILLS * WINDOW * BINDS * 2
