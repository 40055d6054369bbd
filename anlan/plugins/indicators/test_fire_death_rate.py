"""Deaths by fire: incidents of class 12G on the residents; a figure of the fire service comes first, both are told."""

from __future__ import annotations

import pytest

from anlan.apps.incidents.models import IncidentKind
from anlan.apps.incidents.tests import factories as incidents
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories as figures
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_fires_count_others_do_not(live: Scope) -> None:
    fire, road = (IncidentKind.objects.get(code=code) for code in ("12G", "12H"))
    _trial.nothing("fire_death_rate")
    for number, (kind, dead, state) in enumerate(
        [(fire, 2, "open"), (fire, None, "closed"), (road, 5, "open"), (fire, 9, "merged")], 1
    ):
        incidents.an_incident(_trial.AREA, number, kind=kind, dead=dead, state=state)
    incidents.an_incident(_trial.NEXT, 9, kind=fire, dead=4)
    value = _trial.counted("fire_death_rate")
    assert (value.parts, len(value.rows)) == (2, 2), "a merged one is told by the other"
    assert value.amount == pytest.approx(2 / value.base * 100_000)  # type: ignore[operator]
    assert {row.url for row in value.rows} and _trial.counted("fire_death_rate", _trial.CITY).parts == 6


def test_the_fire_service_s_figure_comes_first_and_the_difference_is_told(live: Scope) -> None:
    incidents.an_incident(_trial.AREA, 1, kind=IncidentKind.objects.get(code="12G"), dead=2)
    figures.signed(_trial.AREA, "fire_death_rate", _trial.year(), 0.3)
    value = Reading().value(INDICATORS.get("fire_death_rate"), _trial.AREA, _trial.year())
    assert value is not None and value.beside is not None
    assert (value.amount, value.kind, value.beside.parts) == (0.3, "reported", 2)
