"""Readers of a shift: what it hands over, as plain values that stay as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncHour

from anlan.apps.alarms.choices import STANDING, AlarmState, Basis, OutageState
from anlan.apps.alarms.models import Alarm, OutOfService
from anlan.apps.alarms.queries.standard import measured

#: So many lines a part of the report has; how many more there are is said.
MOST = 40


def handed_over(area: str, since: datetime, until: datetime) -> dict[str, Any]:
    """Return how the alarms of an area stand and what a shift had: kept with the report, so that its paper never changes."""
    rows = Alarm.objects.readable("alarms.view_alarm").within(area)
    standing = rows.filter(state__in=STANDING).exclude(basis=Basis.SILENCE).select_related("station")
    found = measured(rows, since, until)
    order = ("priority", "-level", "raised_at", "pk")
    out = OutOfService.objects.readable("alarms.view_outofservice").within(area).filter(state=OutageState.IN_FORCE)
    return {
        "standing": standing.count(),
        "unanswered": standing.filter(state=AlarmState.RAISED).count(),
        "silent": rows.filter(state__in=STANDING, basis=Basis.SILENCE).count(),
        "raised": found.raised,
        "alarms": _described(standing.filter(state__in=(AlarmState.RAISED, AlarmState.ACKNOWLEDGED)).order_by(*order)),
        "shelved": _described(standing.filter(state=AlarmState.SHELVED).order_by("shelved_until", "pk")),
        "suppressed": _described(standing.filter(state=AlarmState.SUPPRESSED).order_by(*order)),
        "out": [
            {
                "station": o.station.name,
                "station_en": o.station.name_en,
                "until": o.until.isoformat(),
                "reason": o.reason,
                "instead": o.instead,
            }
            for o in out.select_related("station").order_by("until", "pk")[:MOST]
        ],
        "floods": [
            {"since": f.since.isoformat(), "until": f.until.isoformat(), "alarms": f.alarms, "peak": f.peak} for f in found.floods
        ],
        "hours": [[at.isoformat(), count] for at, count in _by_hour(rows, since, until)],
        "top": [
            {"station": s.name, "station_id": s.station, "hazard": s.hazard, "count": s.count, "share": s.share}
            for s in found.top
        ],
        "figures": {f.code: [f.value, f.target] for f in found.figures},
    }


def _by_hour(rows: Any, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """Return how many alarms were raised in each hour that the shift touches."""
    first = since.replace(minute=0, second=0, microsecond=0)
    hours = [first + timedelta(hours=n) for n in range(ceil((until - first) / timedelta(hours=1)))]
    raised = rows.filter(created_at__gte=since, created_at__lt=until).order_by()
    counts = dict(raised.annotate(hour=TruncHour("created_at", tzinfo=UTC)).values_list("hour").annotate(Count("pk")))
    return [(hour, counts.get(hour, 0)) for hour in hours]


def _described(rows: Iterable[Alarm]) -> list[dict[str, Any]]:
    return [
        {
            "id": a.pk,
            "station": a.station.name,
            "station_en": a.station.name_en,
            "hazard": a.hazard,
            "level": a.level,
            "priority": a.priority,
            "state": a.state,
            "raised": a.raised_at.isoformat(),
            "by": a.acknowledged_by or a.shelved_by,
            "until": a.shelved_until.isoformat() if a.shelved_until else "",
            "reason": a.shelved_reason or a.restraint_reason,
        }
        for a in rows[:MOST]  # type: ignore[index]
    ]
