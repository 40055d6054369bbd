"""Works of which each is done by one process at a time, shared among the processes that there are.

A lease is an advisory lock of PostgreSQL's on a line of its own: when its process is gone, however it went, the lock is free at once.
Works come in groups of one kind. Of each group a process holds as many as are its due and gives back what is beyond, so that two share
each kind. Two that hold one for a moment do no harm: who judges locks his lane, and the broker has one session.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

import psycopg

from anlan.kit.live import connection_parameters
from anlan.kit.scope import World

log = logging.getLogger(__name__)
#: Namespace of the locks; the number by which a process says that it is there; how often is looked whose turn it is, in seconds.
LEASES, ALIVE, TURN = 0x6C656173, 1000, 0.5
HERE = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Leases:
    """The works of a world that this process holds. `with Leases("live", [("light0", "light1"), ("broker",)]) as leases:`"""

    def __init__(self, world: World, groups: Sequence[Sequence[str]]) -> None:
        self.world, self._groups = world, groups
        self._number = {work: n for n, work in enumerate(work for group in groups for work in group)}
        self._stirred: list[threading.Event] = []
        self._held: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"leases {world}", daemon=True)

    def __enter__(self) -> Leases:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def stir(self) -> threading.Event:
        """Return an event that is set whenever readings have come in or a work has come to this process."""
        self._stirred.append(event := threading.Event())
        return event

    def held(self, work: str) -> bool:
        """Return whether a work is this process's now."""
        return work in self._held

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(autocommit=True, **connection_parameters(self.world)) as line:
                    line.execute("LISTEN anlan_readings")
                    line.execute("SELECT pg_advisory_lock_shared(%s, %s)", [LEASES, ALIVE])
                    while not self._stop.is_set():
                        self._settle(line)
                        self._listen(line)
            except psycopg.OperationalError:
                log.warning("leases %s: lost the database, trying again", self.world)
                self._stop.wait(1)
            finally:
                self._held.clear()

    def _settle(self, line: psycopg.Connection) -> None:
        """Take what is free up to what is this process's due, and give back what is beyond."""
        row = line.execute(HERE, [LEASES, ALIVE]).fetchone()
        here = max(int(row[0]) if row else 1, 1)
        for group in self._groups:
            due = -(-len(group) // here)
            for work in group:
                mine = len(self._held.intersection(group))
                if work in self._held and mine > due:
                    self._held.remove(work)
                    line.execute("SELECT pg_advisory_unlock(%s, %s)", [LEASES, self._number[work]])
                elif work not in self._held and mine < due:
                    got = line.execute("SELECT pg_try_advisory_lock(%s, %s)", [LEASES, self._number[work]]).fetchone()
                    if got and got[0]:
                        self._held.add(work)
                        self._stir()

    def _listen(self, line: psycopg.Connection) -> None:
        until = time.monotonic() + TURN
        while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
            for _notice in line.notifies(timeout=left, stop_after=1):
                self._stir()

    def _stir(self) -> None:
        for event in self._stirred:
            event.set()
