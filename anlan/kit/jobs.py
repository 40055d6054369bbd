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
from math import gcd

from django.db import connections

from anlan.kit.clock import real_now
from anlan.kit.models import Heartbeat
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES

log = logging.getLogger(__name__)

#: Namespace of the jobs' advisory locks.
JOB_LOCKS = 0x6A6F62
#: After which a run that failed is tried again.
AGAIN = timedelta(minutes=10)
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class Job:
    """A function to run every so often."""

    name: str
    every: timedelta
    run: Callable[[], None]

    @property
    def tick(self) -> int:
        """Return how often to ask whether the job is due, in seconds: a divisor of its interval that a cron expression can say."""
        seconds = int(self.every.total_seconds())
        return seconds if seconds < 60 and 60 % seconds == 0 else gcd(seconds, 60)

    @property
    def cron(self) -> str:
        """Return the tick as a cron expression, with a sixth field (seconds) below a minute."""
        return "* * * * *" if self.tick == 60 else f"* * * * * */{self.tick}"

    def is_due(self, last: Heartbeat | None, now: datetime) -> bool:
        """Return whether to start now, by the last start kept in the database; half a tick early is on time.

        A run that failed, or of which nobody heard an end, is tried again after `AGAIN` even if the interval is longer.
        """
        if last is None or int(self.every.total_seconds()) == self.tick:
            return True
        if last.finished_at is None and not last.error:
            return True  # expected, and no run has ended yet
        whole = last.finished_at is not None and last.finished_at >= last.started_at and not last.error
        wait = self.every if whole else min(self.every, AGAIN)
        return now - last.started_at >= wait - timedelta(seconds=self.tick / 2)


JOBS: dict[str, Job] = {}


def job(*, every: str, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register the function below as a job. `every` reads "10 seconds", "1 minute", "6 hours"."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        JOBS[name] = Job(name, interval(every), function)
        return function

    return register


def interval(every: str) -> timedelta:
    """Return how long "10 seconds", "1 minute", "6 hours", "7 days" is."""
    count, unit = every.split()
    return timedelta(seconds=int(count) * UNITS[unit.rstrip("s")])


def run_job(name: str, world: World) -> None:
    """Run one job in one world under the program's scope, keep its heartbeat, and re-raise what went wrong."""
    started, clock = real_now(), time.perf_counter()
    with alone(name, world) as free, entered(Scope.everything(f"system:job:{name}", world)):
        if not free:
            return
        if int(JOBS[name].every.total_seconds()) != JOBS[name].tick:
            last = unscoped(Heartbeat, ALIASES[world]).filter(name=name, world=world).first()
            if not JOBS[name].is_due(last, started):
                return
            # Kept before it runs: whoever dies in the middle has begun.
            _begin(name, world, started)
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


def _begin(name: str, world: World, started: datetime) -> None:
    """Keep when a job was started; that it ended later than that says that it went to its end."""
    unscoped(Heartbeat, ALIASES[world]).update_or_create(name=name, world=world, defaults={"started_at": started})


def _beat(name: str, world: World, started: datetime, seconds: float, error: str) -> None:
    unscoped(Heartbeat, ALIASES[world]).update_or_create(
        name=name, world=world, defaults={"started_at": started, "finished_at": real_now(), "seconds": seconds, "error": error}
    )
