"""trade_death_rate: two figures of statistics make it; a part of a year makes none."""

from __future__ import annotations

import pytest

from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_two_figures_make_the_rate(live: Scope) -> None:
    _trial.nothing("trade_death_rate")
    factories.signed(_trial.AREA, "trade_deaths", 2021, 6)
    _trial.nothing("trade_death_rate")
    factories.signed(_trial.AREA, "employees", 2021, 300000)
    assert _trial.counted("trade_death_rate", at=2021).amount == pytest.approx(2.0)
    factories.signed(_trial.AREA, "trade_deaths", 2022, 3, months=6)
    factories.signed(_trial.AREA, "employees", 2022, 300000)
    assert Reading().value(INDICATORS.get("trade_death_rate"), _trial.AREA, 2022) is None, "half a year is none"
