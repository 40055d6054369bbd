"""The only clock: real time in the live world, borrowed time in an exercise or a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.apps import apps
from django.utils import timezone

from anlan.kit.scope import maybe_current

_borrowed: ContextVar[datetime | None] = ContextVar("anlan_clock", default=None)


#: Between these instants the house believes a time: beyond them lie slips of the pen, and the ends of what programs can reckon with.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def believable(at: datetime | date) -> bool:
    """Return whether an instant (naive: UTC) or a day lies where the house reckons with time at all."""
    if isinstance(at, datetime):
        return EARLIEST <= (at if at.tzinfo else at.replace(tzinfo=UTC)) < LATEST
    return EARLIEST.date() <= at < LATEST.date()


def real_now() -> datetime:
    """Return the instant of the machine's clock, for transport (retries, heartbeats), never for the domain."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the present instant of the world in force, aware."""
    borrowed = _borrowed.get()
    if borrowed is not None:
        return borrowed
    scope = maybe_current()
    if scope is not None and scope.world == "exercise":
        return exercise_now()
    return real_now()


def today() -> date:
    """Return the local date of the world in force."""
    return timezone.localtime(now()).date()


def real_today() -> date:
    """Return the local date of the real world: what a grant's first and last day mean, in an exercise as well."""
    return timezone.localtime(real_now()).date()


def exercise_now() -> datetime:
    """Read the exercise clock from its row (one query): anchor plus speed times the real time since."""
    row = apps.get_model("kit", "WorldClock").objects.using("exercise").first()
    return row.reading(real_now()) if row else real_now()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` for the block."""
    token = _borrowed.set(at)
    try:
        yield
    finally:
        _borrowed.reset(token)
