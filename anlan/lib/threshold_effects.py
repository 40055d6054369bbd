"""What another threshold would have meant: alarms, hits, misses, false alarms and minutes, counted on a course of values. Pure.

An event is an episode in which the value reached the limit by which danger is known (the next graver rung). A threshold hits an
event when its alarm began at least `lead` before it, and misses it otherwise; an alarm after which no event came within `within`
of its end was false.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

Course = Sequence[tuple[datetime, float]]


@dataclass(frozen=True)
class Episode:
    """A time over which a value was at a limit or beyond it."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Counted:
    """What a threshold came to."""

    alarms: int
    hits: int
    misses: int
    false: int


@dataclass(frozen=True)
class Effect:
    """What two thresholds came to on the same course; `earlier` is the median of minutes by which the new one was earlier.

    `hours` lie between its first value and its last.
    """

    values: int
    events: int
    old: Counted
    new: Counted
    earlier: float | None
    hours: float


def episodes(course: Course, limit: float, falling: bool = False, hysteresis: float = 0.0) -> list[Episode]:
    """Return when a course was at a limit or beyond it, each until it was clear of it by the hysteresis, or until the last value."""
    found: list[Episode] = []
    since: datetime | None = None
    sign = -1.0 if falling else 1.0
    for at, value in course:
        over = sign * (value - limit)
        if since is None and over >= 0:
            since = at
        elif since is not None and over < -hysteresis:
            found.append(Episode(since, at))
            since = None
    return found + ([Episode(since, course[-1][0])] if since is not None else [])


def counted(alarms: Sequence[Episode], events: Sequence[Episode], lead: timedelta, within: timedelta) -> Counted:
    """Hold alarms against events."""
    hits = sum(_first(alarms, event, lead, within) is not None for event in events)
    false = sum(not any(a.since <= e.since <= a.until + within for e in events) for a in alarms)
    return Counted(len(alarms), hits, len(events) - hits, false)


def effect(
    course: Course,
    old: float,
    new: float,
    event: float | None,
    *,
    falling: bool = False,
    hysteresis: float = 0.0,
    lead: timedelta = timedelta(hours=1),
    within: timedelta = timedelta(hours=24),
) -> Effect:
    """Count what two thresholds come to on a course in order of time; without an event's limit there is nothing to hit or miss."""
    before, after = (episodes(course, limit, falling, hysteresis) for limit in (old, new))
    events = episodes(course, event, falling, hysteresis) if event is not None else None
    return compared([at for at, _value in course], before, after, events, lead=lead, within=within)


def times_at(ats: Sequence[datetime], levels: Sequence[int], least: int) -> list[Episode]:
    """Return when a level stood at least so high, each until it was lower, or until the last instant."""
    return episodes(list(zip(ats, levels, strict=True)), least)


def compared(
    ats: Sequence[datetime],
    before: Sequence[Episode],
    after: Sequence[Episode],
    events: Sequence[Episode] | None,
    *,
    lead: timedelta = timedelta(hours=1),
    within: timedelta = timedelta(hours=24),
) -> Effect:
    """Hold the alarms of two thresholds on values at instants in order against the events; None: nothing tells of danger."""
    gained = []
    for one in events or ():
        was, now = (_first(alarms, one, timedelta(0), within) for alarms in (before, after))
        if was is not None and now is not None:
            gained.append((was.since - now.since).total_seconds() / 60)
    none = events is None
    told = [Counted(len(alarms), 0, 0, 0) if none else counted(alarms, events or (), lead, within) for alarms in (before, after)]
    hours = (ats[-1] - ats[0]).total_seconds() / 3600 if ats else 0.0
    return Effect(len(ats), len(events or ()), told[0], told[1], median(gained) if gained else None, hours)


def _first(alarms: Sequence[Episode], event: Episode, lead: timedelta, within: timedelta) -> Episode | None:
    """Return the first alarm that belongs to an event and began so long before it."""
    return next((a for a in alarms if a.since <= event.since - lead and event.since <= a.until + within), None)
