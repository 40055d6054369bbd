"""Tests of what is decided about room."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.shelters import rules


@pytest.mark.parametrize(("area", "each", "people"), [(90, "0.5", 180), (1200, "2.0", 600), (10, "4.5", 2), (0, "1.0", 0)])
def test_an_area_holds_what_its_class_allows(area: int, each: str, people: int) -> None:
    assert rules.people_on(area, Decimal(each)) == people


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_room_and_who_is_inside_never_pass_the_capacity(capacity: int, inside: int) -> None:
    room = rules.room(capacity, inside)
    assert room >= 0 and room + min(inside, capacity) == capacity


@pytest.mark.parametrize(
    ("state", "unfit_for", "expected", "field"),
    [
        ("ready", "", 100, ""),
        ("ready", "quake", 100, ""),
        ("open", "", 1, "shelter"),
        ("out", "", 1, "shelter"),
        ("ready", "flood", 1, "shelter"),
        ("ready", "", 101, "expected"),
    ],
)
def test_what_stands_against_opening(state: str, unfit_for: str, expected: int, field: str) -> None:
    assert rules.cannot_open(state, unfit_for, 100, "flood", expected)[0] == field
