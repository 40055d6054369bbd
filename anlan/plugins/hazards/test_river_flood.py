"""The river-flood ladder on the published stages of June 2022 (a recorded sample) and at its edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.telemetry.rules import graded
from anlan.kit.scope import Scope
from anlan.plugins.hazards._trial import tried


def grade(values: NDArray[np.float64], thresholds: dict[str, NDArray[np.float64]]) -> NDArray[np.int8]:
    return graded(HAZARDS.get("river_flood"), "water_level", values, thresholds)


YINGDE = {
    "near": np.array([25.5]),
    "warning": np.array([26.0]),
    "guarantee": np.array([30.0]),
    "historical_max": np.array([35.5]),
}


@pytest.mark.parametrize(("stage", "level"), [(25.49, 0), (25.5, 1), (26.0, 2), (29.99, 2), (30.47, 3), (35.95, 4)])
def test_levels_of_yingde(stage: float, level: int) -> None:
    assert grade(np.array([stage]), YINGDE)[0] == level


def test_a_station_without_a_threshold_never_reaches_it() -> None:
    assert grade(np.array([99.0]), {"warning": np.array([np.nan])})[0] == 0


@given(st.floats(0, 60), st.floats(0, 60))
def test_more_water_is_never_a_lower_level(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert grade(np.array([low]), YINGDE)[0] <= grade(np.array([high]), YINGDE)[0]


def test_the_published_stages_of_june_2022_are_warned_of(live: Scope) -> None:
    came = tried("river_flood", "river_flood.recorded")
    assert came.levels == (3, 4, 1)
    red = next(w for w in came.drafts if w.level == 4)
    assert "06月22日06时00分水位35.81m，达到35.50m。" in red.description_zh
