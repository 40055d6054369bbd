"""Works of which each is done by one process at a time, shared among the processes that there are.

A lease is an advisory lock of PostgreSQL's on a line of its own: when its process is gone, however it went, the lock is free at once.
Each process holds as many as are its due and gives back what is beyond. Two that hold one for a moment do no harm: rows are locked
by whoever judges them, and the broker has one session.
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
    """The works of a world that this process holds. `with Leases("live", ("light", "heavy")) as leases:`

    `stirred` is set for each work whenever readings have come in.
    """

    def __init__(self, world: World, works: Sequence[str]) -> None:
        self.world, self._works = world, works
        self.stirred = {work: threading.Event() for work in works}
        self._held: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"leases {world}", daemon=True)

    def __enter__(self) -> Leases:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

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
        due = -(-len(self._works) // max(int(row[0]) if row else 1, 1))
        for number, work in enumerate(self._works):
            if work in self._held and len(self._held) > due:
                self._held.remove(work)
                line.execute("SELECT pg_advisory_unlock(%s, %s)", [LEASES, number])
            elif work not in self._held and len(self._held) < due:
                got = line.execute("SELECT pg_try_advisory_lock(%s, %s)", [LEASES, number]).fetchone()
                if got and got[0]:
                    self._held.add(work)
                    self.stirred[work].set()

    def _listen(self, line: psycopg.Connection) -> None:
        until = time.monotonic() + TURN
        while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
            for _notice in line.notifies(timeout=left, stop_after=1):
                for event in self.stirred.values():
                    event.set()
