"""Direct loss on the GDP: losses since the plan began on the GDP of the same years, none of which may lack."""

from __future__ import annotations

import pytest

from anlan.apps.incidents.models import IncidentKind
from anlan.apps.incidents.tests import factories as incidents
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading
from anlan.apps.indicators.tests import factories as figures
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_losses_of_the_plan_s_years_on_their_gdp(live: Scope) -> None:
    flood = IncidentKind.objects.get(code="11A")
    for number, loss in enumerate((1500, 500, None), 1):
        incidents.an_incident(_trial.AREA, number, kind=flood, loss=loss)
    incidents.an_incident(_trial.AREA, 8, kind=IncidentKind.objects.get(code="12G"), loss=9999)
    first = Reading().since(INDICATORS.get("disaster_loss_share"))
    for year in range(first, _trial.year()):
        figures.signed(_trial.AREA, "gdp", year, 100)
    _trial.nothing("disaster_loss_share")
    figures.signed(_trial.AREA, "gdp", _trial.year(), 100)
    value = _trial.counted("disaster_loss_share")
    years = _trial.year() - first + 1
    assert (value.parts, value.base) == (2000, 100 * years)
    assert value.amount == pytest.approx(2000 / 10_000 / (100 * years) * 100), "percent: 2000 * 10,000 yuan are 0.2 * 100 million"
