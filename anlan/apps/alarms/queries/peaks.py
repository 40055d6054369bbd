"""Readers of how high it was while an alarm stood; corrections applied."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from anlan.apps.alarms.choices import Basis
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.api import beyond
from anlan.apps.telemetry.kinds import falls
from anlan.kit import clock


def gravest_during(area: str, hazard: str, since: datetime, until: datetime) -> int | None:
    """Return the gravest observed alarm that stood in an area during a period: the highest level, then the furthest over its threshold."""
    stood = Q(returned_at__isnull=True) | Q(returned_at__gte=since)
    rows = (
        Alarm.objects.within(area)
        .select_related("datastream")
        .filter(stood, hazard=hazard, basis=Basis.OBSERVED, began_at__lte=until)
    )
    top = max(
        rows, key=lambda a: (a.peak_level, beyond(hazard, a.datastream.quantity, a.peak_value, a.threshold), -a.pk), default=None
    )
    return top.pk if top else None


def peak_during(alarm: int) -> tuple[datetime, float] | None:
    """Return when and how high the good readings of one alarm's episode peaked, from its beginning to its return or now.

    None for an alarm outside the scope, or one that judges sums: a gauge's single reading is no peak of a sum.
    """
    row = Alarm.objects.filter(pk=alarm).select_related("datastream").first()
    if row is None or row.window_hours:
        return None
    until, hazard = row.returned_at or row.closed_at or clock.now(), row.hazard
    return telemetry.peak_between(row.datastream_id, row.began_at, until, falls(hazard, row.datastream.quantity))
