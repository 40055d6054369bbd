"""The fire danger index of LY/T 1172 on a synthetic fortnight without rain, and the rules of its score."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kit.scope import Scope
from anlan.lib.fire_danger import DAYS, htz
from anlan.plugins.hazards._trial import equip, tried


def test_a_dry_fortnight_is_warned_of(live: Scope) -> None:
    equip("F1", "weather", ("air_temperature", "humidity", "rain", "wind_speed", "fire_danger_index"))
    came = tried("forest_fire_danger", "forest_fire_danger.synthetic")
    assert came.levels == (2, 3, 4)
    red = next(w for w in came.drafts if w.level == 4)
    assert "森林火险指数92，达到91。" in red.description_zh


def day(temperature: float, humidity: float, wind: float, dry: int, season: float = 0) -> float:
    """Return the index of the last of some days, of which so many were dry."""
    rain = np.array([[0.0 if n >= DAYS - dry else 5.0] for n in range(DAYS)])
    columns = [np.full((DAYS, 1), value) for value in (temperature, humidity)]
    return float(htz(*columns, rain, np.full((DAYS, 1), wind), np.array([season]))[-1, 0])


@pytest.mark.parametrize(
    ("given_day", "index"),
    [((5, 71, 0.2, 0), 0), ((5.1, 70, 0.3, 1), 4 + 4 + 5 + 5), ((25.1, 30, 17.2, 10), 20 + 20 + 50 + 40), ((5, 71, 0, 0, 20), 0)],
)
def test_the_scores_of_the_standard(given_day: tuple[float, ...], index: float) -> None:
    assert day(*given_day) == index  # type: ignore[arg-type]


@given(st.floats(-5, 40), st.floats(10, 100), st.floats(0, 30), st.integers(0, 10), st.floats(0, 10), st.floats(0, 30))
def test_hotter_drier_and_windier_is_never_less_dangerous(
    temperature: float, humidity: float, wind: float, dry: int, more: float, less: float
) -> None:
    assert day(temperature + more, humidity - less, wind + more, min(dry + 1, DAYS)) >= day(temperature, humidity, wind, dry)


def test_nothing_is_said_without_a_gauge() -> None:
    rain = np.full((DAYS, 1), np.nan)
    one = np.ones((DAYS, 1))
    assert math.isnan(float(htz(one, one, rain, one, np.zeros(1))[-1, 0]))
