"""People affected: what counties approved, on the residents of all years since the plan began; what is not approved does not count."""

from __future__ import annotations

from typing import Any

import pytest

from anlan.apps.losses import api as losses
from anlan.apps.losses.tests import factories
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial

TOWN, NEXT = f"{_trial.AREA}107", f"{_trial.AREA}106"


def test_approved_figures_count_and_others_do_not(live: Scope, as_: Any) -> None:
    process = factories.a_process(_trial.AREA)
    first, second = factories.a_town(TOWN, process=process), factories.a_town(NEXT, process=process)
    reports = [
        factories.told(first, affected=500),
        factories.told(second, affected=70),
        factories.told(second, dead=0, why="重报"),
    ]

    def approve(number: int) -> None:
        with as_(_trial.AREA, "losses.*", "people.*", actor="qingcheng"):
            losses.approve(report=reports[number].pk)

    _trial.nothing("people_affected")
    approve(0)
    value = _trial.counted("people_affected")
    assert (value.parts, [row.url for row in value.rows]) == (500, [process.desk_url()])  # type: ignore[attr-defined]
    approve(1)
    assert _trial.counted("people_affected").parts == 570
    approve(2)  # the newest of a town counts, and it tells nobody affected
    found = _trial.counted("people_affected")
    assert found.parts == 500 and found.amount == pytest.approx(500 / found.base * 100_000)  # type: ignore[operator]
