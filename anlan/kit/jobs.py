"""Timed jobs: declared once, run in every world by the worker, or on the exercise clock by a replay.

`@job(every="1 minute", name="response.climb")` above a function without arguments. Jobs load, then call one action.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections

from anlan.kit.clock import real_now
from anlan.kit.models import Heartbeat
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES

log = logging.getLogger(__name__)

#: Namespace of the jobs' advisory locks.
JOB_LOCKS = 0x6A6F62
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class Job:
    """A function to run every so often."""

    name: str
    every: timedelta
    run: Callable[[], None]

    @property
    def cron(self) -> str:
        """Return the schedule as a cron expression, with a sixth field (seconds) below a minute."""
        seconds = int(self.every.total_seconds())
        if seconds < 60:
            return f"* * * * * */{seconds}"
        if seconds < 3600:
            return f"*/{seconds // 60} * * * *"
        return f"0 */{seconds // 3600} * * *" if seconds < 86400 else "0 0 * * *"


JOBS: dict[str, Job] = {}


def job(*, every: str, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register the function below as a job. `every` reads "10 seconds", "1 minute", "6 hours"."""
    count, unit = every.split()
    interval = timedelta(seconds=int(count) * UNITS[unit.rstrip("s")])

    def register(function: Callable[[], None]) -> Callable[[], None]:
        JOBS[name] = Job(name, interval, function)
        return function

    return register


def run_job(name: str, world: World) -> None:
    """Run one job in one world under the program's scope, keep its heartbeat, and re-raise what went wrong."""
    started, clock = real_now(), time.perf_counter()
    with alone(name, world) as free, entered(Scope.everything(f"system:job:{name}", world)):
        if not free:
            return
        try:
            JOBS[name].run()
        except Exception as error:  # the job runner: said in the heartbeat, then raised for the retry
            _beat(name, world, started, time.perf_counter() - clock, f"{type(error).__name__}: {error}"[:2000])
            raise
        _beat(name, world, started, time.perf_counter() - clock, "")


@contextmanager
def alone(name: str, world: World) -> Iterator[bool]:
    """Hold a job's lock in a world for the block; False when it runs elsewhere. A lost connection gives the lock back."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
    with connections[ALIASES[world]].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [JOB_LOCKS, key])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free and connections[ALIASES[world]].is_usable():
            with connections[ALIASES[world]].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [JOB_LOCKS, key])


def run_due(world: World, at: datetime, last: dict[str, datetime]) -> None:
    """Run every job that is due at `at` on an exercise's clock; `last` remembers when each ran (the caller's own)."""
    for name in sorted(JOBS):
        due = last.get(name)
        if due is None or at - due >= JOBS[name].every:
            last[name] = at
            with entered(Scope.everything(f"system:job:{name}", world)):
                JOBS[name].run()


def expect_heartbeats(world: World) -> None:
    """Give every declared job a heartbeat to wait for: one that never runs at all is then seen as stopped."""
    for name in JOBS:
        unscoped(Heartbeat, ALIASES[world]).get_or_create(name=name, world=world, defaults={"started_at": real_now()})


def _beat(name: str, world: World, started: datetime, seconds: float, error: str) -> None:
    unscoped(Heartbeat, ALIASES[world]).update_or_create(
        name=name,
        world=world,
        defaults={"started_at": started, "finished_at": real_now(), "seconds": seconds, "error": error},
    )
