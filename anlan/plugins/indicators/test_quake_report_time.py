"""The first report of an earthquake: minutes from the origin to its arrival; history brought in does not count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anlan.apps.earthquakes.tests import factories as quakes
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_the_mean_of_what_came_within_a_day(live: Scope) -> None:
    _trial.nothing("quake_report_time")
    now = clock.now()
    with clock.frozen(now):
        for number, minutes in ((1, 0.5), (2, 1.5), (3, 3 * 1440)):
            row = quakes.earthquake(_trial.AREA, number)
            with writing():
                type(row).objects.filter(pk=row.pk).update(at=now - timedelta(minutes=minutes))
        value = _trial.counted("quake_report_time")
    assert (value.amount, len(value.rows)) == (pytest.approx(1.0), 2)
