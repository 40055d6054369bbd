"""Forest damaged by fire: no record of the system tells it, a signed figure does."""

from __future__ import annotations

from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_a_signed_figure_tells_it(live: Scope) -> None:
    _trial.told_by_reports("forest_fire_loss", kept=1, missed=1.01)
