"""Whether the world is alive: how many stations report, when the last value came, what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models.functions import Least

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, measures
from anlan.apps.telemetry.models import Datastream, Latest, Threshold
from anlan.kit import clock


@dataclass(frozen=True)
class Heartbeat:
    """The sources in a few figures: stations that report and all, when the last value was measured, thresholds and hazards watched."""

    reporting: int
    stations: int
    last_at: datetime | None
    thresholds: int
    hazards: int


def heartbeat() -> Heartbeat:
    """Return how alive the sources are that the viewer may read. Two queries."""
    streams = Datastream.objects.readable("telemetry.view_station").exclude(quantity__in=measures.of_events()).order_by()
    newest = Latest.objects.filter(datastream_id=models.OuterRef("pk")).values("at")[:1]
    told = streams.annotate(newest=models.Subquery(newest))
    fresh = models.Q(newest__gt=models.Value(clock.now()) - models.F("stale_after"))
    found = told.aggregate(
        stations=models.Count("station", distinct=True),
        reporting=models.Count("station", distinct=True, filter=fresh),
        last_at=models.Max(Least("newest", models.Value(clock.now())), filter=models.Q(newest__isnull=False)),
    )
    limits = Threshold.objects.filter(datastream__in=streams.values("pk")).order_by()
    watched = limits.aggregate(count=models.Count("pk"), hazards=models.Count("hazard", distinct=True))
    return Heartbeat(
        found["reporting"], found["stations"], found["last_at"], watched["count"], min(watched["hazards"], len(HAZARDS))
    )


def with_warning_level(permission: str) -> models.QuerySet[Datastream]:
    """Return the datastreams over which the viewer holds a permission and that have a warning level, with it as `warns_at`."""
    datums = [rung.code for rung in RUNGS if rung.datum]
    at = Threshold.objects.filter(datastream_id=models.OuterRef("pk"), level__in=datums, window_hours=0, value__gt=0).order_by(
        "value"
    )
    rows = Datastream.objects.readable(permission).annotate(warns_at=models.Subquery(at.values("value")[:1]))
    return rows.filter(warns_at__isnull=False).select_related("station").order_by("station__code", "-quantity")
