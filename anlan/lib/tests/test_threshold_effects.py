"""What another threshold would have meant, against a plain slow count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.threshold_effects import Counted, effect, episodes

T0 = datetime(2022, 6, 15, tzinfo=UTC)
H = timedelta(hours=1)
VALUES = st.lists(st.integers(0, 12), min_size=1, max_size=40)


def course(values: list[int]) -> list[tuple[datetime, float]]:
    return [(T0 + n * H, float(v)) for n, v in enumerate(values)]


@given(VALUES, st.integers(0, 12), st.booleans())
def test_episodes_cover_exactly_what_lies_beyond(values: list[int], limit: int, falling: bool) -> None:
    found = episodes(course(values), limit, falling)
    beyond = {T0 + n * H for n, v in enumerate(values) if (v <= limit if falling else v >= limit)}
    last = T0 + (len(values) - 1) * H
    covered = {at for at, _v in course(values) if any(e.since <= at < e.until or at == e.until == last for e in found)}
    assert beyond <= covered and (covered - beyond) <= {last}
    assert all(a.until <= b.since for a, b in zip(found, found[1:], strict=False))


@given(VALUES, st.integers(1, 8), st.integers(0, 8))
def test_a_lower_threshold_never_misses_what_a_higher_one_hits(values: list[int], old: int, down: int) -> None:
    new = old - min(down, old - 1) if old > 1 else old
    found = effect(course(values), old, new, 9.0)
    for counts in (found.old, found.new):
        assert counts.hits + counts.misses == found.events and 0 <= counts.false <= counts.alarms
    assert found.new.hits >= found.old.hits
    assert found.earlier is None or found.earlier >= 0
    same = effect(course(values), old, old, 9.0)
    assert same.old == same.new and same.earlier in (None, 0.0)


def test_a_rise_told_two_hours_earlier() -> None:
    found = effect(course([1, 3, 5, 7, 9, 10, 2, 5, 2]), old=7, new=3, event=9)
    assert (found.events, found.old, found.new) == (1, Counted(1, 1, 0, 0), Counted(2, 1, 0, 1))
    assert found.earlier == 120


def test_a_jump_past_both_is_missed_and_without_a_graver_rung_nothing_is_judged() -> None:
    found = effect(course([1, 9, 1]), old=7, new=3, event=9)
    assert (found.old, found.new, found.earlier) == (Counted(1, 0, 1, 0), Counted(1, 0, 1, 0), 0.0)
    assert effect(course([1, 9, 1]), old=7, new=3, event=None).new == Counted(1, 0, 0, 0)
    assert effect([], old=7, new=3, event=9).values == 0
