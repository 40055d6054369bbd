"""Intensity: the figures of domain.md 3.6, and what must hold for any shock."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import seismic
from anlan.lib.seismic import Attenuation, Axis

MODERATE = Attenuation(Axis(5.8410, 1.0710, 3.6570, 15), Axis(3.9440, 1.0710, 2.8450, 7), 0.52)
STRONG = Attenuation(Axis(5.7123, 1.3626, 4.2903, 25), Axis(3.6588, 1.3626, 3.5406, 13), 0.58)
EAST = Attenuation(Axis(5.019, 1.446, 4.136, 24), Axis(2.240, 1.446, 3.070, 9), 0.52)
MODELS = st.sampled_from([MODERATE, STRONG, EAST])
MAGNITUDES = st.floats(3.0, 8.5)


@pytest.mark.parametrize(
    ("model", "centre", "long", "short"), [(MODERATE, 7.97, 36.7, 27.4), (STRONG, 7.89, 44.0, 31.4), (EAST, 7.99, 48.5, 30.9)]
)
def test_a_shock_of_magnitude_six_gives_the_published_axes(model: Attenuation, centre: float, long: float, short: float) -> None:
    assert seismic.epicentral(model, 6.0) == pytest.approx(centre, abs=0.015)
    sixth = next(ring for ring in seismic.rings(model, 6.0) if ring.intensity == 6)
    assert (round(sixth.long, 1), round(sixth.short, 1)) == (long, short)


@given(model=MODELS, magnitude=MAGNITUDES, strike=st.floats(0, 360))
def test_a_place_on_a_ring_has_the_intensity_of_the_ring(model: Attenuation, magnitude: float, strike: float) -> None:
    for ring in seismic.rings(model, magnitude):
        ends = seismic.intensity_at(model, magnitude, [ring.long, ring.short], [strike, strike + 90], strike)
        assert ends == pytest.approx([ring.intensity] * 2, abs=1e-6)


@given(model=MODELS, magnitude=MAGNITUDES)
def test_a_long_axis_is_never_the_shorter_one(model: Attenuation, magnitude: float) -> None:
    assert all(ring.long >= ring.short for ring in seismic.rings(model, magnitude))


def test_beyond_where_the_axes_cross_a_ring_is_a_circle() -> None:
    assert [(round(r.long, 1), round(r.short, 1)) for r in seismic.rings(MODERATE, 6.0)][-2:] == [(167.2, 166.4), (327.0, 327.0)]


@given(model=MODELS, magnitude=MAGNITUDES, direction=st.floats(0, 360), strike=st.floats(0, 360))
def test_intensity_falls_with_distance(model: Attenuation, magnitude: float, direction: float, strike: float) -> None:
    felt = seismic.intensity_at(model, magnitude, np.linspace(0, 800, 200), np.full(200, direction), strike)
    assert np.all(np.diff(felt) <= 1e-9)
    assert felt[0] == pytest.approx(seismic.epicentral(model, magnitude), abs=1e-6)
    assert 1.0 <= felt.min() <= felt.max() <= 12.0


@given(lon=st.floats(100, 125), lat=st.floats(15, 40), strike=st.floats(0, 360))
def test_an_outline_lies_as_far_from_the_centre_as_its_axes_say(lon: float, lat: float, strike: float) -> None:
    ring = seismic.Ring(6, 36.7, 27.4)
    around = seismic.outline(lon, lat, ring, strike)
    km, direction = seismic.offsets(lon, lat, [p[0] for p in around], [p[1] for p in around])
    assert around[0] == around[-1]
    assert km.max() == pytest.approx(36.7, abs=0.01)
    assert km.min() == pytest.approx(27.4, abs=0.01)
    assert math.cos(math.radians(2 * (float(direction[int(km.argmax())]) - strike))) == pytest.approx(1, abs=1e-3)


NAN = math.nan


@pytest.mark.parametrize(
    ("pga", "pgv", "intensity"),
    [
        *(
            (0.653, 0.0557, 6.0),
            (1.35, 0.120, 7.0),
            (2.79, 0.258, 8.0),
            (5.77, 0.555, 9.0),
            (0.001, 0.0001, 1.0),
            (500, 50, 12.0),
        ),
        (0.32, 0.026, 5.0),  # below VI the mean of both
        (6.0, 0.05, 7.5),  # I_V short of 6: the mean again
        (6.0, 0.1, 6.8),  # both from 6 on: I_V alone
        *((6.0, NAN, 9.1), (6.0, 0.0, 9.1), (NAN, 0.258, 8.0), (0.0, 0.258, 8.0), (-1.0, 0.258, 8.0), (math.inf, 0.258, 8.0)),
        *((0.0, 0.0, 1.0), (0.0, NAN, 1.0), (NAN, 0.0, 1.0), (NAN, NAN, NAN)),
    ],
)
def test_the_instrumental_intensity(pga: float, pgv: float, intensity: float) -> None:
    assert float(seismic.instrumental(pga, pgv)) == pytest.approx(intensity, abs=0.06, nan_ok=True)


PEAK = st.floats(1e-6, 100)


@given(PEAK, PEAK)
def test_it_lies_between_what_either_peak_says_alone_and_on_the_scale(pga: float, pgv: float) -> None:
    both, by_acceleration, by_velocity = seismic.instrumental([pga, pga, NAN], [pgv, NAN, pgv])
    assert min(by_acceleration, by_velocity) <= both <= max(by_acceleration, by_velocity)
    assert 1.0 <= both <= 12.0
    assert both == round(both, 1)


@given(PEAK, PEAK, st.floats(1, 10))
def test_a_stronger_acceleration_is_never_less(pga: float, pgv: float, more: float) -> None:
    weaker, stronger = seismic.instrumental([pga, pga * more], [pgv, pgv])
    assert weaker <= stronger


@pytest.mark.parametrize(("km", "depth", "since", "left"), [(70, 0, 8, 12.0), (30, 40, 8, 14.29 - 8), (10, 10, 8, -3.96)])
def test_the_seconds_that_are_left(km: float, depth: float, since: float, left: float) -> None:
    assert seismic.seconds_left(km, depth, since) == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize(("intensity", "degree"), [(0.2, "I"), (5.99, "V"), (6.0, "VI"), (12.0, "XII")])
def test_a_degree_in_roman_numbers(intensity: float, degree: str) -> None:
    assert seismic.roman(intensity) == degree
