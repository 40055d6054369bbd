"""Error of surge forecasts: no record of the system tells it, a signed figure does."""

from __future__ import annotations

from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_a_signed_figure_tells_it(live: Scope) -> None:
    _trial.told_by_reports("surge_forecast", kept=50, missed=50.5)
