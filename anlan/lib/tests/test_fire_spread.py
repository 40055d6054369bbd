"""The spread of a forest fire: the model's own figures, and what must hold whatever the weather."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.fire_spread import Doubt, Fire, bands
from anlan.lib.local_plane import placed
from anlan.lib.viewshed import Ground

DOUBT = Doubt((0.65, 1.35), (0.7, 1.3), 20.0, 5.0)
fires = st.builds(
    Fire,
    temperature=st.floats(5, 42),
    humidity=st.floats(5, 80),
    wind=st.floats(0, 15),
    wind_from=st.floats(0, 359),
    fuel=st.floats(0.4, 2.0),
    slope=st.floats(0, 45),
    uphill=st.floats(0, 359),
)


@pytest.mark.parametrize(
    ("wind", "slope", "head"),
    [
        (0.0, 0.0, 1.14),
        (0.0, 20.0, 1.14 * math.exp(3.533 * math.tan(math.radians(20)) ** 1.2)),
        (6.0, 0.0, 1.34 * math.exp(1.0698)),
    ],
)
def test_the_figures_of_the_model(wind: float, slope: float, head: float) -> None:
    """T 28 °C, h 40 %: R0 = 0.84 + 0.05 W + 0.6 − 0.3; 6 m/s is Beaufort 4."""
    fire = Fire(28, 40, wind, 180, 1.0, slope, 0)
    bearing, rate = fire.head()
    assert rate == pytest.approx(head)
    assert bearing == 0 or not (wind or slope)


def test_without_wind_and_slope_it_burns_a_circle() -> None:
    burnt = Fire(28, 40, 0, 0, 1.0).burnt(60)
    assert burnt.area == pytest.approx(math.pi * (1.14 * 60) ** 2, rel=0.01)
    assert burnt.centroid.distance(shapely.Point(0, 0)) < 1e-6


def test_air_that_lets_nothing_burn() -> None:
    assert Fire(5, 98, 0, 0, 1.0).initial == 0


@given(fires, st.sampled_from([60, 180, 360]))
def test_each_band_lies_within_the_next_and_holds_where_it_began(fire: Fire, minutes: int) -> None:
    found = bands(fire, DOUBT, minutes)
    low, likely, high = (found[name] for name in ("low", "likely", "high"))
    assert low.difference(likely).area <= 1e-6 * likely.area
    assert likely.difference(high).area <= 1e-6 * high.area
    assert likely.buffer(1).contains(shapely.Point(0, 0))


@given(fires)
def test_longer_is_larger_and_the_head_is_where_the_ellipse_points(fire: Fire) -> None:
    hour, three = fire.burnt(60), fire.burnt(180)
    assert three.area == pytest.approx(9 * hour.area, rel=1e-6)
    bearing, rate = fire.head()
    tip = max(shapely.get_coordinates(hour), key=lambda p: math.hypot(*p))
    assert math.hypot(*tip) == pytest.approx(60 * rate, rel=0.01)
    if fire.slenderness() > 1.2:
        assert abs((math.degrees(math.atan2(tip[0], tip[1])) - bearing + 180) % 360 - 180) < 6


@given(fires, st.floats(0.1, 5))
def test_more_wind_never_slows_the_head(fire: Fire, more: float) -> None:
    stronger = Fire(fire.temperature, fire.humidity, fire.wind + more, fire.wind_from, fire.fuel)
    flat = Fire(fire.temperature, fire.humidity, fire.wind, fire.wind_from, fire.fuel)
    assert stronger.head()[1] > flat.head()[1]


@given(st.floats(-60, 60), st.floats(100, 30_000))
def test_metres_are_laid_on_the_ground(lat: float, far: float) -> None:
    north, east = placed(shapely.Point(0, far), 113, lat), placed(shapely.Point(far, 0), 113, lat)
    assert (north.y - lat) * 111_195.08 == pytest.approx(far, abs=1)
    assert (east.x - 113) * 111_195.08 * math.cos(math.radians(lat)) == pytest.approx(far, abs=2)


def test_the_lean_of_a_plane() -> None:
    rows, columns = np.mgrid[0:9, 0:9]
    ground = Ground(100.0 * columns.astype(float), 0.0, 9000.0, 1000.0)
    slope, uphill = ground.slope(*(v[4] for v in ground.centres())) or (0, 0)  # type: ignore[misc]
    assert (round(math.tan(math.radians(slope)), 4), uphill) == (0.1, 90.0)
    assert ground.slope(120, 30) is None
