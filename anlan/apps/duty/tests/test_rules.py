"""Tables and properties of how a rota runs on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.duty import rules

T0, DAY, HOUR = datetime(2026, 12, 1, 0, 30, tzinfo=UTC), timedelta(days=1), timedelta(hours=1)


@given(days=st.integers(1, rules.MOST_DAYS), hours=st.sampled_from([8, 12, 24]))
def test_a_rota_leaves_no_gap_and_no_overlap(days: int, hours: int) -> None:
    planned = rules.spans(T0, days, hours)
    assert planned[0][0] == T0 and planned[-1][1] == T0 + days * DAY
    assert all(one[1] == after[0] for one, after in zip(planned, planned[1:], strict=False))
    assert rules.gaps(planned, T0, T0 + days * DAY) == []
    assert rules.clash(planned[:1], planned[1:]) is None


@pytest.mark.parametrize(
    ("begins", "ends", "clashes"),
    [(-24, 0, False), (-24, 1, True), (0, 24, True), (5, 6, True), (23, 30, True), (24, 48, False), (-1, 25, True)],
)
def test_a_shift_may_touch_another_and_not_overlap_it(begins: int, ends: int, clashes: bool) -> None:
    held = (T0, T0 + DAY)
    assert rules.clash([(T0 + begins * HOUR, T0 + ends * HOUR)], [held]) == (held if clashes else None)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ([], [(0, 72)]),
        ([(0, 24), (24, 72)], []),
        ([(0, 24), (48, 72)], [(24, 48)]),
        ([(-24, 6), (3, 10)], [(10, 72)]),
        ([(80, 100)], [(0, 72)]),
        ([(48, 72), (0, 24)], [(24, 48)]),
    ],
)
def test_gaps_are_what_no_shift_covers(known: list[tuple[int, int]], found: list[tuple[int, int]]) -> None:
    planned = [(T0 + a * HOUR, T0 + b * HOUR) for a, b in known]
    assert rules.gaps(planned, T0, T0 + 3 * DAY) == [(T0 + a * HOUR, T0 + b * HOUR) for a, b in found]
