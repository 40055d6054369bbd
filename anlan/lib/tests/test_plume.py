"""A plume of gas: stability by the national table, figures by hand, and what must hold whatever leaks."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.plume import CLASSES, FURTHEST, Doubt, Leak, bands, stability, sun_height

DOUBT = Doubt((0.5, 2.0), 20.0, 1)
leaks = st.builds(
    Leak,
    rate=st.floats(1, 50_000),
    wind=st.floats(0, 15),
    stability=st.sampled_from(CLASSES),
    height=st.floats(0, 20),
    town=st.booleans(),
)


@pytest.mark.parametrize(
    ("wind", "sun", "cloud", "found"),
    [
        (1.0, 70, 0, "A"),
        (1.5, -10, 0, "F"),
        (2.5, -10, 0, "F"),
        (4.0, -10, 0, "E"),
        (4.0, 40, 0, "C"),
        (7.0, 70, 0, "D"),
        (1.0, 70, 4, "D"),
    ],
)
def test_stability_by_wind_sun_and_cloud(wind: float, sun: float, cloud: int, found: str) -> None:
    assert stability(wind, sun, cloud) == found


def test_the_sun_over_the_city() -> None:
    noon = sun_height(datetime.fromisoformat("2022-06-21T12:28:00+08:00"), 113.0, 23.4)
    assert noon == pytest.approx(90, abs=0.6)
    assert sun_height(datetime.fromisoformat("2022-06-21T03:00:00+08:00"), 113.0, 23.7) < -20
    assert sun_height(datetime.fromisoformat("2022-12-22T12:28:00+08:00"), 113.0, 23.7) == pytest.approx(
        90 - 23.7 - 23.44, abs=0.6
    )


def test_a_concentration_by_hand() -> None:
    """1 kg/s, 2 m/s, class D, 1 km: σy 76.3 m, σz 37.9 m."""
    across, upwards = 80 / math.sqrt(1.1), 60 / math.sqrt(2.5)
    assert Leak(1000, 2.0, "D").concentration(1000.0) == pytest.approx(1e6 / (math.pi * 2 * across * upwards))


@given(leaks, st.floats(0.5, 2000))
def test_the_reach_is_where_it_falls_below(leak: Leak, limit: float) -> None:
    reach = leak.reach(limit)
    if 0 < reach < FURTHEST:
        assert leak.concentration(reach) >= limit > leak.concentration(reach * 1.01)
    assert leak.reach(limit * 2) <= reach


@given(leaks, st.floats(0.5, 2000), st.floats(0, 359))
def test_each_band_lies_within_the_next(leak: Leak, limit: float, wind_from: float) -> None:
    found = bands(leak, DOUBT, wind_from, limit)
    low, likely, high = (found[name] for name in ("low", "likely", "high"))
    assert low.difference(likely).area <= 1e-6 * max(likely.area, 1)
    assert likely.difference(high).area <= 1e-6 * max(high.area, 1)
    assert all(shape.is_valid for shape in found.values())


def test_it_goes_downwind_and_in_a_calm_all_round() -> None:
    leak = Leak(1000, 2.0, "D")
    east = bands(leak, DOUBT, 270.0, 58.0)["likely"]
    assert east.centroid.x > 300
    assert abs(east.centroid.y) < 1
    calm = bands(Leak(1000, 0.4, "F"), DOUBT, 270.0, 58.0)["likely"]
    assert calm.centroid.distance(shapely.Point(0, 0)) < 1
