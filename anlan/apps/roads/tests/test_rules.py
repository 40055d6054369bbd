"""Tests of what is told of a way."""

from __future__ import annotations

import pytest

from anlan.apps.roads import rules
from anlan.lib.road_graph import Route

COURSE = ((113.0, 23.5), (113.1, 23.5))


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (3599.9, 60)])
def test_nobody_is_promised_sooner(seconds: float, minutes: int) -> None:
    assert rules.minutes(seconds) == minutes


@pytest.mark.parametrize(("metres", "km"), [(0, 0.0), (299, 0.0), (300, 0.3), (3210, 3.2)])
def test_a_place_by_the_road_is_on_it(metres: float, km: float) -> None:
    assert rules.off(metres) == km


def test_a_way_names_the_closures_that_the_free_one_would_have_met() -> None:
    route = Route(COURSE, 1200, 20_000, 0, 3200, ("b",), {"road": 20_000}, 500)
    free = Route(COURSE, 600, 10_000, 0, 3200, ("a",))
    way = rules.told(route, free, {7: ("a", "c"), 8: ("d",), 9: ("b",)})
    assert (way.avoided, way.minutes, way.free_minutes, way.km, way.last_km, way.derived_km) == ((7,), 20, 10, 23.2, 3.2, 0.5)
