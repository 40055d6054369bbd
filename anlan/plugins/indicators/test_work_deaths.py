"""Deaths in accidents: the figures that the plan prints, and the target of 15 % below 2019."""

from __future__ import annotations

import pytest

from anlan.apps.indicators.choices import Standing
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_the_plan_s_own_figures_give_base_goal_and_standing(live: Scope) -> None:
    line = Reading().line(INDICATORS.get("work_deaths"), _trial.CITY)
    assert [(v.year, v.amount) for v in line.series if v.whole][:6] == [
        (2015, 280),
        (2016, 270),
        (2017, 282),
        (2018, 226),
        (2019, 202),
        (2020, 136),
    ]
    part = next(v for v in line.series if v.year == 2023)
    assert (part.amount, part.months, part.whole) == (111, 9, False), "nine months are no year"
    assert line.goal is not None and line.goal.value == pytest.approx(171.7)
    assert line.ahead is not None and line.ahead.years == 5, "2015 is not comparable, 2023 is not whole"
    assert line.value is not None and "gdqy.gov.cn" in line.value.source


def test_a_county_without_a_base_has_no_goal_and_is_not_judged(live: Scope) -> None:
    figure = factories.signed(_trial.AREA, "work_deaths", 2021, 30)
    line = Reading().line(INDICATORS.get("work_deaths"), _trial.AREA)
    assert (line.goal, line.standing) == (None, Standing.NO_GOAL)
    assert line.value is not None and line.value.url == figure.desk_url()
