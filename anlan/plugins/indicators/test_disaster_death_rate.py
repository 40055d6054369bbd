"""Dead and missing by disasters: on the residents of all years since the plan began."""

from __future__ import annotations

import pytest

from anlan.apps.incidents.models import IncidentKind
from anlan.apps.incidents.tests import factories as incidents
from anlan.apps.indicators.queries import Reading
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_dead_and_missing_on_the_residents_of_all_years(live: Scope) -> None:
    slide = IncidentKind.objects.get(code="11D01")
    _trial.nothing("disaster_death_rate")
    incidents.an_incident(_trial.AREA, 1, kind=slide, dead=1, missing=2)
    incidents.an_incident(_trial.AREA, 2, kind=slide)
    value = _trial.counted("disaster_death_rate")
    assert value.parts == 3
    assert value.amount == pytest.approx(3 / value.base * 1_000_000)  # type: ignore[operator]
    one_year = Reading().base("people", _trial.AREA, _trial.year())
    assert one_year is not None and value.base > 5 * one_year * 0.95, "the plan began years ago"  # type: ignore[operator]
