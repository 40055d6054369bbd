"""Arrival on the river: no record of the system tells it, a signed figure does."""

from __future__ import annotations

from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_a_signed_figure_tells_it(live: Scope) -> None:
    _trial.told_by_reports("river_arrival_time", kept=0.99, missed=1)
