"""Tests of what is decided about orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.dispatch import rules
from anlan.lib.road_graph import metres

NOW = datetime(2022, 6, 21, 12, tzinfo=UTC)
COURSE = ((113.0, 23.5), (113.1, 23.5), (113.1, 23.7))


@pytest.mark.parametrize(
    ("minutes", "since", "share"),
    [(None, 10, 0.0), (0, 10, 0.0), (40, None, 0.0), (40, 10, 0.25), (40, 80, 1.0), (40, -5, 0.0)],
)
def test_how_much_of_the_way_is_behind(minutes: int | None, since: int | None, share: float) -> None:
    began = None if since is None else NOW - timedelta(minutes=since)
    assert rules.share(minutes, began, NOW) == share


@given(st.floats(0, 1))
def test_a_part_of_the_way_lies_so_far_along_it(behind: float) -> None:
    whole = sum(metres(a, b) for a, b in zip(COURSE, COURSE[1:], strict=False))
    at = rules.part_way(COURSE, behind)
    first = metres(COURSE[0], COURSE[1])
    done = metres(COURSE[0], at) if behind * whole <= first else first + metres(COURSE[1], at)
    assert done == pytest.approx(behind * whole, abs=2)
