"""Legal terms: when a limit of the law ends, over holidays, office hours and pauses. Pure: no clock, no database.

A limit in minutes or hours runs through nights and holidays from the instant that starts it; one in working hours runs in office
hours only. A limit in days does not count the day on which it starts and ends at 24:00 of its last day; where that is a day off, at
24:00 of the next working day (民法典 §§ 201, 203). A limit in working days counts working days only (行政许可法 § 82,
行政处罚法 § 85). While a term is paused nothing counts, and no day counts that a pause touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
#: How far a limit is followed, in days: beyond that the calendar, not the limit, is at fault.
FURTHEST = 20_000


class Unit(StrEnum):
    """In what a limit is counted."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


class Phase(StrEnum):
    """How a term stands."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Calendar:
    """Which days are worked and when: Monday to Friday, but for the days that a notice decides otherwise.

    `hours` are the office hours of a working day, in order. `published_to` is the last day that notices decide: what ends later
    is provisional.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    published_to: date | None = None

    def works(self, day: date) -> bool:
        """Return whether a day is worked."""
        return self.days.get(day, day.weekday() < 5)

    def begins(self, day: date) -> datetime:
        """Return the instant at which a day begins."""
        return datetime.combine(day, time(), self.zone)

    def office(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return a day's office hours, none for a day off."""
        if not self.works(day):
            return []
        return [(datetime.combine(day, a, self.zone), datetime.combine(day, b, self.zone)) for a, b in self.hours]


@dataclass(frozen=True)
class Limit:
    """How much time the law gives."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a limit is at least one unit long")


@dataclass(frozen=True)
class Pause:
    """A time that does not count; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None

    def touches(self, since: datetime, until: datetime) -> bool:
        """Return whether any of the pause lies between two instants."""
        return self.since < until and (self.until is None or self.until > since)


@dataclass(frozen=True)
class Rule:
    """What a term is measured by. Without `limit` its end is set by the record (a card of a plan, a warning's text).

    `warn_before` is in the limit's unit, in minutes where the record sets the end. A term that `lapses` ends by itself: no duty is
    broken when its time is up.
    """

    limit: Limit | None = None
    warn_before: int = 0
    lapses: bool = False


@dataclass(frozen=True)
class Course:
    """The facts of one term, as they are known now."""

    started_at: datetime
    set_end: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How a term stands at an instant. `due_at` is None while a pause leaves the end open."""

    phase: Phase
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None = None
    late: timedelta = timedelta()
    provisional: bool = False


def ends(limit: Limit, started_at: datetime, pauses: tuple[Pause, ...], calendar: Calendar) -> datetime | None:
    """Return the first instant after a limit, None while a pause leaves it open."""
    if limit.unit in (Unit.DAYS, Unit.WORKING_DAYS):
        return _last_day(limit, started_at, pauses, calendar)
    runs = _running(started_at, pauses)
    if limit.unit == Unit.WORKING_HOURS:
        return _used_up(timedelta(hours=limit.amount), _in_office(runs, calendar))
    length = timedelta(hours=limit.amount) if limit.unit == Unit.HOURS else timedelta(minutes=limit.amount)
    return _used_up(length, runs)


def standing(rule: Rule, course: Course, calendar: Calendar, now: datetime) -> Standing:
    """Return how a term stands at `now`."""
    due_at, warn_at = _due(rule, course, calendar), _warn(rule, course, calendar)
    at = course.stopped_at or now
    over = due_at is not None and at >= due_at
    breached_at = due_at if over and not rule.lapses else None
    if course.stopped_at is not None:
        phase = Phase.STOPPED
    elif breached_at is not None:
        phase = Phase.BREACHED
    elif any(pause.since <= now and (pause.until is None or now < pause.until) for pause in course.pauses):
        phase = Phase.PAUSED
    else:
        phase = Phase.RUNNING
    return Standing(
        phase,
        due_at,
        warn_at,
        breached_at,
        at - breached_at if breached_at else timedelta(),
        _provisional(rule, due_at, calendar),
    )


def _due(rule: Rule, course: Course, calendar: Calendar) -> datetime | None:
    if rule.limit is not None:
        return ends(rule.limit, course.started_at, course.pauses, calendar)
    if course.set_end is None:
        raise ValueError("neither the rule nor the record says when this term ends")
    return _used_up(course.set_end - course.started_at, _running(course.started_at, course.pauses))


def _warn(rule: Rule, course: Course, calendar: Calendar) -> datetime | None:
    """Return when to warn: as a limit that is shorter by what the warning comes before the end."""
    if not rule.warn_before:
        return None
    if rule.limit is None:
        end = max((course.set_end or course.started_at) - timedelta(minutes=rule.warn_before), course.started_at)
        return _used_up(end - course.started_at, _running(course.started_at, course.pauses))
    if rule.warn_before >= rule.limit.amount:
        return course.started_at
    return ends(Limit(rule.limit.amount - rule.warn_before, rule.limit.unit), course.started_at, course.pauses, calendar)


def _provisional(rule: Rule, due_at: datetime | None, calendar: Calendar) -> bool:
    """Return whether the end rests on days of which no notice has said yet whether they are worked."""
    if due_at is None or rule.limit is None or rule.limit.unit in (Unit.MINUTES, Unit.HOURS) or calendar.published_to is None:
        return False
    return due_at > calendar.begins(calendar.published_to + DAY)


def _running(started_at: datetime, pauses: tuple[Pause, ...]) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield the spans in which the term runs; the last has no end unless a pause is open."""
    at = started_at
    for pause in sorted(pauses, key=lambda one: one.since):
        if pause.since > at:
            yield at, pause.since
        if pause.until is None:
            return
        at = max(at, pause.until)
    yield at, None


def _in_office(
    runs: Iterator[tuple[datetime, datetime | None]], calendar: Calendar
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield what of the running spans lies in office hours."""
    for since, until in runs:
        first = since.astimezone(calendar.zone).date()
        for day in _days(first):
            if until is not None and calendar.begins(day) >= until:
                break
            for opens, closes in calendar.office(day):
                a, b = max(opens, since), min(closes, until) if until is not None else closes
                if a < b:
                    yield a, b


def _used_up(length: timedelta, spans: Iterator[tuple[datetime, datetime | None]]) -> datetime | None:
    """Return the instant at which spans in order have lasted `length`, None if they never do."""
    for since, until in spans:
        if until is None or until - since >= length:
            return since + length
        length -= until - since
    return None


def _last_day(limit: Limit, started_at: datetime, pauses: tuple[Pause, ...], calendar: Calendar) -> datetime | None:
    counted = 0
    open_since = min((pause.since for pause in pauses if pause.until is None), default=None)
    for day in _days(started_at.astimezone(calendar.zone).date() + DAY):
        begins, over = calendar.begins(day), calendar.begins(day + DAY)
        if open_since is not None and open_since < over:
            return None
        if any(pause.touches(begins, over) for pause in pauses):
            continue
        counted += limit.unit == Unit.DAYS or calendar.works(day)
        if counted >= limit.amount and calendar.works(day):
            return over
    return None


def _days(first: date) -> Iterator[date]:
    for number in range(FURTHEST):
        yield first + number * DAY
    raise ValueError("this limit has no end: is any day of the calendar worked?")
