"""road_death_rate: two figures of statistics make it; a part of a year makes none."""

from __future__ import annotations

import pytest

from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_two_figures_make_the_rate(live: Scope) -> None:
    _trial.nothing("road_death_rate")
    factories.signed(_trial.AREA, "road_deaths", 2021, 90)
    _trial.nothing("road_death_rate")
    factories.signed(_trial.AREA, "vehicles", 2021, 600000)
    assert _trial.counted("road_death_rate", at=2021).amount == pytest.approx(1.5)
    factories.signed(_trial.AREA, "road_deaths", 2022, 3, months=6)
    factories.signed(_trial.AREA, "vehicles", 2022, 600000)
    assert Reading().value(INDICATORS.get("road_death_rate"), _trial.AREA, 2022) is None, "half a year is none"
