"""Alarm KPIs (ISA-18.2, clause 16): per day raised, answered in time, standing, flapping; each number is a list of alarms.

The database counts: a number is a condition on alarms, and its list is the same condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.choices import FLAPS
from anlan.apps.alarms.models import Alarm
from anlan.kit import clock

NEWEST_FIRST = ("-created_at", "-id")


@dataclass(frozen=True)
class Day:
    """One local day and how long an answer may take."""

    day: date
    within: timedelta

    @cached_property
    def begins(self) -> datetime:
        """Return its first instant."""
        return timezone.make_aware(datetime.combine(self.day, time.min))

    @cached_property
    def midnight(self) -> datetime:
        """Return the first instant after it."""
        return self.begins + timedelta(days=1)

    @cached_property
    def ends(self) -> datetime:
        """Return the first instant after it, or the present."""
        return min(self.midnight, clock.now())


def _raised(on: Day) -> Q:
    return Q(created_at__gte=on.begins, created_at__lt=on.midnight)


def _answered(on: Day) -> Q:
    return _raised(on) & Q(answered_after__lte=on.within)


def _standing(on: Day) -> Q:
    return Q(created_at__lt=on.ends) & (Q(returned_at__isnull=True) | Q(returned_at__gte=on.ends))


def _flapping(on: Day) -> Q:
    return _raised(on) & Q(reopened__gte=FLAPS)


NUMBERS: dict[str, tuple[object, Callable[[Day], Q]]] = {
    "raised": (_("Alarms raised"), _raised),
    "answered": (_("Answered in time"), _answered),
    "standing": (_("Standing at the end of the day"), _standing),
    "flapping": (_("Flapping"), _flapping),
}


def counts(alarms: QuerySet[Alarm], days: Sequence[Day]) -> list[dict[str, int]]:
    """Return for each day number → how many. One query."""
    return _numbers_per_day(alarms, days, lambda holds: Count("pk", filter=holds))


def ids(alarms: QuerySet[Alarm], days: Sequence[Day]) -> list[dict[str, list[int]]]:
    """Return for each day number → the alarms behind it, the newest first. One query."""
    return _numbers_per_day(alarms, days, lambda holds: ArrayAgg("pk", filter=holds, order_by=NEWEST_FIRST, default=[]))


def behind(alarms: QuerySet[Alarm], day: Day, number: str) -> QuerySet[Alarm]:
    """Return the alarms behind a day's number, the newest first."""
    return alarms.filter(NUMBERS[number][1](day)).order_by(*NEWEST_FIRST)


def _numbers_per_day(alarms: QuerySet[Alarm], days: Sequence[Day], of: Callable[[Q], Any]) -> list[dict[str, Any]]:
    first = min(day.begins for day in days)
    alarms_in_days = alarms.filter(Q(created_at__gte=first) | Q(returned_at__isnull=True) | Q(returned_at__gte=first))
    found = alarms_in_days.aggregate(
        **{f"{name}_{n}": of(holds(day)) for n, day in enumerate(days) for name, (_label, holds) in NUMBERS.items()}
    )
    return [{name: found[f"{name}_{n}"] for name in NUMBERS} for n in range(len(days))]
