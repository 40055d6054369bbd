"""Five hot days on a synthetic record, and the run's rules: a day without a value ends it."""

import numpy as np

from anlan.kit.scope import Scope
from anlan.lib.spells import days_from, days_up_to, days_without
from anlan.plugins.hazards._trial import equip, tried


def test_hot_days_in_a_row_are_warned_of(live: Scope) -> None:
    equip("H1", "weather", ("air_temperature", "hot_days"))
    came = tried("heat_spell", "heat_spell.synthetic")
    assert came.levels == (2, 3, 0)
    assert "连续高温天数5，达到5。" in next(w for w in came.drafts if w.level == 3).description_zh


def test_runs_of_days() -> None:
    nan = np.nan
    value = np.array([[36.0, 1], [35, 2], [nan, 3], [37, 13]])
    assert np.array_equal(days_from(value, np.array([35.0, nan])), [[1, 0], [2, 0], [nan, 0], [1, 0]], equal_nan=True)
    assert days_up_to(value, np.array([0.0, 12.0]))[:, 1].tolist() == [1, 2, 3, 0]
    rain = np.array([[5.0, nan], [0, nan], [nan, nan], [1, nan]])
    assert np.array_equal(days_without(rain, np.array([2.0, 2.0])), [[0, nan], [1, nan], [2, nan], [3, nan]], equal_nan=True)
