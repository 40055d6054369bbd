"""Legal terms over holidays, office hours, pauses and facts that change: a table, cases worked by hand, and properties."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.legal_terms import Calendar, Course, Limit, Pause, Phase, Rule, Unit, ends, standing
from anlan.lib.tests.terms import oracle

CALENDAR = Calendar(oracle.decided())
LIMITS = st.builds(Limit, st.integers(1, 40), st.sampled_from(Unit))
INSTANTS = st.integers(0, 288 * 600).map(lambda step: at("2025-01-01 00:00") + step * oracle.STEP)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=oracle.ZONE)


def maybe(text: str) -> datetime | None:
    return at(text) if text else None


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    found, when = [], draw(INSTANTS)
    for _number in range(draw(st.integers(0, 3))):
        until = when + draw(st.integers(1, 1500)) * oracle.STEP
        found.append(Pause(when, until))
        when = until + draw(st.integers(0, 1500)) * oracle.STEP
    return tuple(found)


def table() -> list[dict[str, str]]:
    with oracle.TABLE.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_table_of_terms() -> None:
    rows = table()
    assert len(rows) >= 250
    for row in rows:
        held = tuple(Pause(at(a), maybe(b)) for a, b in (p.split("/") for p in row["pauses"].split("|") if p))
        found = ends(Limit(int(row["amount"]), Unit(row["unit"])), at(row["started"]), held, CALENDAR)
        assert found == maybe(row["ends"]), row


def test_the_table_says_what_the_oracle_says() -> None:
    days = oracle.decided()
    for row, (amount, unit, started, held) in zip(table(), oracle.cases(), strict=True):
        assert row["ends"] == oracle.said(oracle.end(amount, unit, started, held, days)), row


@pytest.mark.parametrize(
    ("amount", "unit", "started", "ends_at"),
    [
        # One hour to report (生产安全事故报告和调查处理条例 § 9) runs on New Year's night as on any other.
        (1, "hours", "2025-01-28 23:30", "2025-01-29 00:30"),
        # 28 January to 4 February 2025 are off, Sunday 26 January and Saturday 8 February are worked.
        (1, "working_days", "2025-01-25 10:00", "2025-01-27 00:00"),
        (2, "working_days", "2025-01-26 10:00", "2025-02-06 00:00"),
        (5, "working_days", "2025-01-27 10:00", "2025-02-11 00:00"),
        # The last day lies in the holiday: the first day after it is the last (民法典 § 203).
        (7, "days", "2025-01-23 09:00", "2025-02-06 00:00"),
        (7, "days", "2025-06-02 09:00", "2025-06-10 00:00"),
        # Sixty days of an inquiry, the day of the accident not counted.
        (60, "days", "2025-03-10 08:00", "2025-05-10 00:00"),
        # Office hours: 8:30–12:00 and 14:30–17:30.
        (1, "working_hours", "2025-06-17 11:30", "2025-06-17 15:00"),
        (1, "working_hours", "2025-06-17 07:00", "2025-06-17 09:30"),
        (7, "working_hours", "2025-06-20 17:00", "2025-06-23 17:30"),
        (1, "working_hours", "2025-09-30 17:00", "2025-10-09 09:00"),
        (15, "minutes", "2025-10-01 23:50", "2025-10-02 00:05"),
    ],
)
def test_worked_by_hand(amount: int, unit: str, started: str, ends_at: str) -> None:
    assert ends(Limit(amount, Unit(unit)), at(started), (), CALENDAR) == at(ends_at)


@given(LIMITS, INSTANTS, pauses())
def test_both_ways_lead_to_the_same_end(limit: Limit, started: datetime, held: tuple[Pause, ...]) -> None:
    amount = limit.amount * 5 if limit.unit == Unit.MINUTES else limit.amount
    slow = oracle.end(amount, limit.unit, started, [(p.since, p.until) for p in held], dict(CALENDAR.days))
    assert ends(Limit(amount, limit.unit), started, held, CALENDAR) == slow


@given(LIMITS, INSTANTS, pauses(), INSTANTS, st.timedeltas(timedelta(minutes=1), timedelta(days=5)))
def test_a_later_start_a_longer_limit_or_another_pause_never_brings_the_end_nearer(
    limit: Limit, started: datetime, held: tuple[Pause, ...], since: datetime, length: timedelta
) -> None:
    end = ends(limit, started, held, CALENDAR)
    assert end is not None and end > started
    further = [
        ends(limit, started + length, held, CALENDAR),
        ends(Limit(limit.amount + 1, limit.unit), started, held, CALENDAR),
        ends(limit, started, (*held, Pause(since, since + length)), CALENDAR),
    ]
    assert all(later is not None and later >= end for later in further)


@given(LIMITS, INSTANTS, st.integers(1, 20))
def test_the_warning_never_comes_after_the_end_nor_before_the_start(limit: Limit, started: datetime, before: int) -> None:
    found = standing(Rule(limit, before), Course(started), CALENDAR, started)
    assert found.warn_at is not None and found.due_at is not None
    assert started <= found.warn_at <= found.due_at


HOUR = Rule(Limit(1, Unit.HOURS))
T0 = at("2025-06-17 10:00")


@pytest.mark.parametrize(
    ("rule", "course", "minute", "phase", "due", "late"),
    [
        (HOUR, Course(T0), 59, Phase.RUNNING, 60, 0),
        (HOUR, Course(T0), 60, Phase.BREACHED, 60, 0),
        (HOUR, Course(T0), 90, Phase.BREACHED, 60, 30),
        (HOUR, Course(T0, stopped_at=T0 + timedelta(minutes=59)), 900, Phase.STOPPED, 60, 0),
        (HOUR, Course(T0, stopped_at=T0 + timedelta(minutes=75)), 900, Phase.STOPPED, 60, 15),
        # A pause leaves the end open; one that begins after the end changes nothing.
        (HOUR, Course(T0, pauses=(Pause(T0 + timedelta(minutes=30)),)), 900, Phase.PAUSED, None, 0),
        (HOUR, Course(T0, pauses=(Pause(T0 + timedelta(minutes=70)),)), 80, Phase.BREACHED, 60, 20),
        (HOUR, Course(T0, pauses=(Pause(T0 + timedelta(minutes=30), T0 + timedelta(minutes=50)),)), 75, Phase.RUNNING, 80, 0),
        # The facts change: it was known half an hour earlier, or later, than was thought.
        (HOUR, Course(T0 - timedelta(minutes=30)), 40, Phase.BREACHED, 30, 10),
        (HOUR, Course(T0 + timedelta(minutes=30)), 60, Phase.RUNNING, 90, 0),
        # The record sets the end; what lapses breaks no duty.
        (Rule(), Course(T0, T0 + timedelta(minutes=20)), 30, Phase.BREACHED, 20, 10),
        (Rule(lapses=True), Course(T0, T0 + timedelta(minutes=20)), 30, Phase.RUNNING, 20, 0),
    ],
)
def test_how_a_term_stands(rule: Rule, course: Course, minute: int, phase: Phase, due: int | None, late: int) -> None:
    found = standing(rule, course, CALENDAR, T0 + timedelta(minutes=minute))
    assert (found.phase, found.late) == (phase, timedelta(minutes=late))
    assert found.due_at == (None if due is None else T0 + timedelta(minutes=due))


def test_an_end_beyond_the_published_holidays_is_provisional() -> None:
    calendar = Calendar(CALENDAR.days, published_to=at("2026-12-31 00:00").date())
    rule, started = Rule(Limit(20, Unit.WORKING_DAYS)), at("2026-12-10 09:00")
    assert standing(rule, Course(started), calendar, started).provisional
    assert not standing(rule, Course(at("2026-11-02 09:00")), calendar, started).provisional
    assert not standing(Rule(Limit(900, Unit.HOURS)), Course(started), calendar, started).provisional


def test_a_limit_without_length_or_end_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one unit"):
        Limit(0, Unit.DAYS)
    with pytest.raises(ValueError, match="neither"):
        standing(Rule(), Course(T0), CALENDAR, T0)
