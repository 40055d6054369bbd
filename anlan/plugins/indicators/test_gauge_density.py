"""Gauges per 100 km²: the network's own counts by county, on the area."""

from __future__ import annotations

import pytest

from anlan.apps.upkeep import queries
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_it_is_the_network_s_number(live: Scope) -> None:
    told = queries.density(queries.kept())
    value = _trial.counted("gauge_density", _trial.CITY)
    assert (value.parts, value.wholes) == (sum(d.working for d in told), pytest.approx(sum(d.km2 for d in told)))
    one = told[0]
    assert _trial.counted("gauge_density", one.county).amount == pytest.approx(one.per_100)
