"""Means over areas: known by hand on squares, never beyond the gauges' values, whole ground is the sum of its parts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.areal import ground, means

#: Two squares of 0.1° side by side near Qingyuan, and one too small to hold a grid point.
WEST, EAST = shapely.box(113.0, 24.0, 113.1, 24.1), shapely.box(113.1, 24.0, 113.2, 24.1)
SPECK = shapely.box(113.3001, 24.0001, 113.3002, 24.0002)
LAND = ground([("441801001", WEST), ("441801002", EAST), ("441802001", SPECK)], 1.0)


def test_each_area_takes_its_nearest_gauge() -> None:
    found = means(LAND, [113.05, 113.15], [24.05, 24.05], [10.0, 30.0], near_km=8.0)
    assert found.mean.tolist() == [10.0, 30.0, 30.0]
    assert found.gauges.tolist() == [1, 1, 1] and found.near.tolist() == [1.0, 1.0, 0.0]
    both = means(LAND.grouped(6), [113.05, 113.15], [24.05, 24.05], [10.0, 30.0], near_km=8.0)
    assert both.mean[0] == pytest.approx(20.0, abs=1.0) and both.gauges.tolist() == [2, 1] and both.highest[0] == 30.0


def test_a_gauge_on_the_border_serves_half_of_each_and_without_gauges_nothing_is_said() -> None:
    found = means(LAND, [113.1, 113.0], [24.05, 24.05], [8.0, 0.0], near_km=3.0)
    assert found.mean[1] == 8.0 and found.mean[0] == pytest.approx(4.0, abs=0.5)
    assert found.gauges.tolist() == [2, 1, 1] and 0.2 < found.near[0] < 0.7
    nothing = means(LAND, [], [], [], near_km=3.0)
    assert np.isnan(nothing.mean).all() and nothing.gauges.tolist() == [0, 0, 0]
    assert means(ground([], 1.0), [113.0], [24.0], [1.0], 3.0).mean.tolist() == []


@given(st.lists(st.tuples(st.floats(112.9, 113.4), st.floats(23.9, 24.2), st.floats(0, 300)), min_size=1, max_size=8))
def test_a_mean_lies_between_its_gauges_and_the_whole_is_made_of_its_parts(gauges: list[tuple[float, float, float]]) -> None:
    lons, lats, values = zip(*gauges, strict=True)
    found = means(LAND, lons, lats, values, near_km=10.0)
    assert (found.mean >= min(values) - 1e-9).all() and (found.mean <= found.highest + 1e-9).all()
    points = np.bincount(LAND.area)
    whole = means(LAND.grouped(4), lons, lats, values, near_km=10.0)
    assert whole.mean[0] == pytest.approx((found.mean * points).sum() / points.sum())
