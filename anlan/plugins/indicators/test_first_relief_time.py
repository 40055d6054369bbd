"""The first relief: the longest time from the order to the first person let in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anlan.apps.shelters import actions
from anlan.apps.shelters.tests import factories as shelters
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_the_longest_time_counts_and_an_empty_opening_does_not(live: Scope) -> None:
    now = clock.now()
    _trial.nothing("first_relief_time")
    for number, hours in ((1, 2), (2, 5)):
        with clock.frozen(now - timedelta(hours=hours)):
            opening = shelters.an_opening(_trial.AREA, number)
        with clock.frozen(now):
            actions.open_shelter(opening=opening.pk)
            actions.admit(opening=opening.pk, village=shelters.a_village(0), persons=2, whence="home")
            actions.admit(opening=opening.pk, village=shelters.a_village(0), persons=1, whence="home")
    shelters.an_opening(_trial.AREA, 3)
    value = _trial.counted("first_relief_time")
    assert (value.amount, sorted(row.part for row in value.rows)) == (pytest.approx(5), [pytest.approx(2), pytest.approx(5)])
