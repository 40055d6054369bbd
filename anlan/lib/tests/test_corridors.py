"""A corridor lies so many kilometres either side of the line between two points, and is none where they stand elsewhere."""

from __future__ import annotations

import math

import pytest
import shapely

from anlan.lib.corridors import corridor, metres

BENT = shapely.LineString([(113.0, 23.5), (113.1, 23.8), (113.4, 24.2), (113.4, 24.6)])


@pytest.mark.parametrize("km", [0.5, 2.0, 5.0])
def test_it_is_as_wide_as_it_says_and_no_longer_than_the_stretch(km: float) -> None:
    one, other = (113.1, 23.8), (113.4, 24.2)
    found = corridor([BENT], one, other, km)
    assert found is not None and found.is_valid
    flat = metres(found, 113.25, 24.0)
    long = metres(shapely.LineString([one, other]), 113.25, 24.0).length
    assert flat.area == pytest.approx(2 * km * 1000 * long + math.pi * (km * 1000) ** 2, rel=0.02)
    assert not found.intersects(shapely.Point(113.4, 24.6)) and found.contains(shapely.Point(113.25, 24.0))


def test_the_nearer_of_two_rivers_is_followed_and_either_order_is_the_same() -> None:
    beside = shapely.MultiLineString([[(113.15, 23.7), (113.5, 24.1)]])
    there, back = (
        corridor([beside, BENT], *ends, 1.0) for ends in (((113.1, 23.8), (113.4, 24.2)), ((113.4, 24.2), (113.1, 23.8)))
    )
    assert there is not None and back is not None
    assert there.contains(shapely.Point(113.1, 23.8)) and shapely.area(there ^ back) < 1e-6


def test_a_gauge_at_another_river_has_no_corridor() -> None:
    assert corridor([BENT], (113.1, 23.8), (114.4, 24.2), 2.0) is None
    assert corridor([], (113.1, 23.8), (113.4, 24.2), 2.0) is None
