"""Alarm KPIs (ISA-18.2, clause 16): per day raised, answered in time, standing, flapping; each number is a list of alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.monitoring.models import Alarm
from anlan.kit import clock


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


@dataclass
class Numbers:
    """What a day's alarms came to: number → the alarms behind it."""

    day: date
    alarms: dict[str, list[Alarm]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Return number → how many."""
        return {name: len(alarms) for name, alarms in self.alarms.items()}


def _raised(alarm: Alarm, on: Day) -> bool:
    return on.begins <= alarm.created_at < on.midnight


def _answered(alarm: Alarm, on: Day) -> bool:
    return _raised(alarm, on) and alarm.answered_after is not None and alarm.answered_after <= on.within


def _standing(alarm: Alarm, on: Day) -> bool:
    return alarm.created_at < on.ends and (alarm.returned_at is None or alarm.returned_at >= on.ends)


def _flapping(alarm: Alarm, on: Day) -> bool:
    return _raised(alarm, on) and alarm.flapping


NUMBERS: dict[str, tuple[object, Callable[[Alarm, Day], bool]]] = {
    "raised": (_("Alarms raised"), _raised),
    "answered": (_("Answered in time"), _answered),
    "standing": (_("Standing at the end of the day"), _standing),
    "flapping": (_("Flapping"), _flapping),
}


def numbers(alarms: Iterable[Alarm], days: Iterable[date], within: timedelta) -> list[Numbers]:
    """Sort alarms into the numbers of each day."""
    known = list(alarms)
    found = []
    for day in days:
        on = Day(day, within)
        found.append(Numbers(day, {name: [a for a in known if holds(a, on)] for name, (_label, holds) in NUMBERS.items()}))
    return found
