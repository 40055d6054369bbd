"""Readers of how high it was while an alarm stood; corrections applied."""

from __future__ import annotations

from datetime import datetime

from anlan.apps.alarms.choices import Basis
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock


def peak_in(area: str, hazard: str) -> tuple[datetime, float] | None:
    """Return when and how high the worst station of an area peaked: the highest level, then the furthest over its threshold."""
    worst = Alarm.objects.within(area).filter(hazard=hazard, basis=Basis.OBSERVED).select_related("station", "datastream")
    top = max(worst, key=lambda a: (a.peak_level, a.peak_value - a.threshold, -a.pk), default=None)
    return telemetry.peak_of(top.station.code, top.datastream.quantity) if top else None


def peak_during(alarm: int) -> tuple[datetime, float] | None:
    """Return when and how high the good readings of one alarm's episode peaked, from its beginning to its return or now.

    None for an alarm outside the scope, or one that judges sums: a gauge's single reading is no peak of a sum.
    """
    row = Alarm.objects.filter(pk=alarm).first()
    if row is None or row.window_hours:
        return None
    return telemetry.peak_between(row.datastream_id, row.began_at, row.returned_at or row.closed_at or clock.now())
