"""Alarm figures against the standard (ISA-18.2 clause 16, EEMUA 191): rates per ten minutes, floods, sources, stale ones, priorities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.choices import FLAPS, Basis, Priority
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.cards import targets
from anlan.apps.alarms.rules import TEN_MINUTES, Flood, floods
from anlan.kit.languages import localised

#: An alarm that has stood for so long is stale (ISA-18.2).
STALE = timedelta(hours=24)
TOP = 10


#: Shares of all alarms: without any there is nothing to hold against a target.
OF_ALL = ("top_share", "emergency_share", "high_share", "lesser_share")


class TenMinutes(models.Func):
    """The ten minutes in which an instant lies."""

    template = "date_bin('10 minutes', %(expressions)s, TIMESTAMPTZ '2000-01-01')"
    output_field = models.DateTimeField()


def per_ten_minutes(rows: Any, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """Count alarms by ten minutes, in order of time; those without any are left out. Silence of a station counts towards no flood."""
    held = rows.filter(created_at__gte=since, created_at__lt=until).exclude(basis=Basis.SILENCE).order_by()
    found = held.annotate(slot=TenMinutes("created_at")).values_list("slot").annotate(n=Count("pk"))
    return sorted((slot, n) for slot, n in found)


@dataclass(frozen=True)
class Measured:
    """One figure of a period beside its target; `met` is None where the city has no target."""

    code: str
    label: Any
    value: float
    unit: str
    target: float | None
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Return whether the target is met."""
        if self.target is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


@dataclass(frozen=True)
class Source:
    """A datastream and hazard from which many alarms came."""

    station: int
    name: str
    hazard: str
    count: int
    share: float


@dataclass(frozen=True)
class Standing:
    """How a period stands against the standard."""

    figures: tuple[Measured, ...]
    floods: tuple[Flood, ...]
    top: tuple[Source, ...]
    raised: int


LABELS = {
    "average": (_("Alarms in ten minutes, on average"), ""),
    "peak": (_("Most alarms in ten minutes"), ""),
    "flood_share": (_("Time in flood"), "%"),
    "top_share": (_("Share of the ten busiest sources"), "%"),
    "chattering": (_("Chattering alarms"), ""),
    "stale": (_("Alarms standing longer than a day"), ""),
    "emergency_share": (_("Priority 1"), "%"),
    "high_share": (_("Priority 2"), "%"),
    "lesser_share": (_("Priorities 3 and 4"), "%"),
}


def measured(rows: Any, since: datetime, until: datetime) -> Standing:
    """Hold the alarms of a period against the standard's targets; `rows` are those that the viewer may see."""
    slots = per_ten_minutes(rows, since, until)
    flooded = floods(slots)
    raised = sum(n for _at, n in slots)
    held = rows.filter(created_at__gte=since, created_at__lt=until).exclude(basis=Basis.SILENCE).order_by()
    counted = held.aggregate(
        chattering=Count("pk", filter=Q(reopened__gte=FLAPS)),
        first=Count("pk", filter=Q(priority=Priority.EMERGENCY)),
        second=Count("pk", filter=Q(priority=Priority.HIGH)),
    )
    stale = rows.filter(created_at__lt=until - STALE).filter(Q(returned_at=None, closed_at=None) | Q(returned_at__gte=until))
    top = _sources(held, raised)
    values = {
        "average": raised / max((until - since) / TEN_MINUTES, 1),
        "peak": max((n for _at, n in slots), default=0),
        "flood_share": 100 * sum((f.until - f.since for f in flooded), timedelta()) / (until - since),
        "top_share": sum(s.share for s in top),
        "chattering": counted["chattering"],
        "stale": stale.exclude(basis=Basis.SILENCE).count(),
        "emergency_share": _share(counted["first"], raised),
        "high_share": _share(counted["second"], raised),
        "lesser_share": _share(raised - counted["first"] - counted["second"], raised),
    }
    wanted = targets(values)
    figures = tuple(
        Measured(code, label, round(values[code], 1), unit, wanted.get(code), code == "lesser_share")
        for code, (label, unit) in LABELS.items()
        if raised or code not in OF_ALL
    )
    return Standing(figures, tuple(flooded), top, raised)


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _sources(held: Any, raised: int) -> tuple[Source, ...]:
    """Return the sources of most alarms."""
    found: Iterable[Any] = (
        held.values("station", "station__name", "station__name_en", "hazard")
        .annotate(n=Count("pk"))
        .order_by("-n", "station", "hazard")[:TOP]
    )
    return tuple(
        Source(
            r["station"],
            str(localised(r["station__name"], r["station__name_en"])),
            r["hazard"],
            r["n"],
            round(_share(r["n"], raised), 1),
        )
        for r in found
    )


def in_flood(now: datetime) -> Flood | None:
    """Return the flood that the viewer's alarms are in at present, if any."""
    rows = Alarm.objects.readable("alarms.view_alarm")
    found = floods(per_ten_minutes(rows, now - timedelta(hours=12), now + TEN_MINUTES))
    return found[-1] if found and found[-1].until > now - TEN_MINUTES else None
