"""The deadline ladder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.ladders import Ladder, Rung

T0 = datetime(2025, 6, 17, 2, 0, tzinfo=UTC)
M = timedelta(minutes=1)
LADDER = Ladder((5 * M, 10 * M, 20 * M))


@pytest.mark.parametrize(("rung", "minute"), [(0, 5), (1, 10), (2, 20)])
def test_each_rung_gives_its_own_time(rung: int, minute: int) -> None:
    assert LADDER.next_at(rung, T0) == T0 + minute * M
    assert not LADDER.climbs(rung, T0, T0 + minute * M - timedelta(seconds=1))
    assert LADDER.climbs(rung, T0, T0 + minute * M)


def test_nothing_climbs_above_the_top() -> None:
    assert LADDER.next_at(3, T0) is None
    assert not LADDER.climbs(3, T0, T0 + timedelta(days=300))


def test_what_is_to_come_is_counted_from_what_was_reached() -> None:
    assert [r.at for r in LADDER.rungs(T0)] == [T0 + 5 * M, T0 + 15 * M, T0 + 35 * M]
    late = LADDER.rungs(T0, 2, T0 + 40 * M)
    assert late == [Rung(1, T0 + 30 * M, True), Rung(2, T0 + 40 * M, True), Rung(3, T0 + 60 * M, False)]


@given(st.lists(st.integers(0, 90), min_size=1, max_size=6))
def test_a_watch_of_every_minute_climbs_as_the_list_says(waits: list[int]) -> None:
    ladder = Ladder(tuple(w * M for w in waits))
    rung, since, seen = 0, T0, []
    for minute in range(sum(waits) + 1):
        while ladder.climbs(rung, since, T0 + minute * M):
            rung, since = rung + 1, T0 + minute * M
            seen.append(since)
    assert seen == [r.at for r in ladder.rungs(T0)]
