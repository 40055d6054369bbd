"""Deaths per 100 million yuan: the exact ratio of the plan's table, with what it prints beside."""

from __future__ import annotations

import pytest

from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


@pytest.mark.parametrize(
    ("year", "rate", "printed"),
    [
        (2015, 0.2179, 0.218),
        (2016, 0.1945, 0.195),
        (2017, 0.1879, 0.188),
        (2018, 0.1444, 0.144),
        (2019, 0.1189, 0.119),
        (2020, 0.0765, 0.077),
    ],
)
def test_the_plan_s_table(live: Scope, year: int, rate: float, printed: float) -> None:
    value = Reading().value(INDICATORS.get("gdp_death_rate"), _trial.CITY, year)
    assert value is not None and value.beside is not None
    assert (value.amount, value.beside.amount) == (pytest.approx(rate, abs=6e-5), printed)
    assert _trial.counted("gdp_death_rate", _trial.CITY, year).parts == {2019: 202, 2020: 136}.get(year, value.parts)


def test_without_the_gdp_of_a_year_there_is_no_rate(live: Scope) -> None:
    factories.signed(_trial.CITY, "work_deaths", 2021, 130)
    one = INDICATORS.get("gdp_death_rate")
    assert Reading().value(one, _trial.CITY, 2021) is None
    factories.signed(_trial.CITY, "gdp", 2021, 2007.4)
    assert Reading().value(one, _trial.CITY, 2021).amount == pytest.approx(130 / 2007.4)  # type: ignore[union-attr]
