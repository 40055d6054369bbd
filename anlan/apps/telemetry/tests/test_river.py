"""Stations along a river: each against its own warning level, gaps are gaps, another river's stations stay out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.river import along
from anlan.kit import clock
from anlan.kit.scope import Scope, entered

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def test_each_station_stands_against_its_own_warning_level(db: None, cast: dict[str, Any]) -> None:
    with clock.frozen(T0 + timedelta(minutes=1)), entered(Scope.everything("system:test")):
        rows = [
            telemetry.RawReading(2, "QY-H01", "water_level", T0 - timedelta(hours=20), 25.0),
            telemetry.RawReading(3, "QY-H01", "water_level", T0, 26.5),
        ]
        telemetry.ingest(rows, "test")
        station = Station.objects.get(code="QY-H01")
        chart = along(station)
    [one] = chart.series
    values = [point.value for point in one.points]
    assert values[-1] == 0.5, "half a metre above 26.00 m"
    assert -1.0 in values
    assert values.count(None) == len(values) - 2, "no value is made up between"
    assert [mark.value for mark in chart.marks] == [0.0]


def test_a_river_that_says_nothing_says_why(db: None, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        chart = along(Station.objects.get(code="QY-H01"))
    assert chart.empty
    assert str(chart.why_empty)
