"""Whether the world is alive: how many stations report, when the last value came, what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, measures
from anlan.apps.telemetry.models import Datastream, Threshold
from anlan.kit import clock
from anlan.kit.kept import kept


@dataclass(frozen=True)
class Heartbeat:
    """The sources in a few figures: stations that report and all, when the last value was measured, thresholds and hazards watched."""

    reporting: int
    stations: int
    last_at: datetime | None
    thresholds: int
    hazards: int


#: Sources are counted by station, each as fresh as the freshest of what it measures; `{streams}` are those the viewer may read.
BEAT = """
WITH d AS ({streams}), s AS (
    SELECT d.station_id, bool_or(l.at > %s - d.stale_after) AS fresh, max(least(l.at, %s)) FILTER (WHERE l.at IS NOT NULL) AS at
    FROM d LEFT JOIN telemetry_latest l ON l.datastream_id = d.id GROUP BY 1),
t AS (SELECT t.hazard, count(*) AS n FROM d JOIN telemetry_threshold t ON t.datastream_id = d.id GROUP BY 1)
SELECT count(*) FILTER (WHERE fresh), count(*), max(at), coalesce((SELECT sum(n) FROM t), 0)::int, (SELECT count(*) FROM t) FROM s"""


def heartbeat() -> Heartbeat:
    """Return how alive the sources are that the viewer may read. One query."""
    now, streams = clock.now(), _streams.statement()
    if not streams.sql:
        return Heartbeat(0, 0, None, 0, 0)
    with connections[streams.database].cursor() as cursor:
        cursor.execute(BEAT.format(streams=streams.sql), [*streams.values, now, now])
        reporting, stations, last_at, thresholds, hazards = cursor.fetchone()
    return Heartbeat(reporting, stations, last_at, thresholds, min(hazards, len(HAZARDS)))


@kept
def _streams() -> Any:
    rows = Datastream.objects.readable("telemetry.view_station").exclude(quantity__in=measures.of_events()).order_by()
    return rows.values("id", "station_id", "stale_after")


def with_warning_level(permission: str) -> models.QuerySet[Datastream]:
    """Return the datastreams over which the viewer holds a permission and that have a warning level, with it as `warns_at`."""
    datums = [rung.code for rung in RUNGS if rung.datum]
    at = Threshold.objects.filter(datastream_id=models.OuterRef("pk"), level__in=datums, window_hours=0, value__gt=0).order_by(
        "value"
    )
    rows = Datastream.objects.readable(permission).annotate(warns_at=models.Subquery(at.values("value")[:1]))
    return rows.filter(warns_at__isnull=False).select_related("station").order_by("station__code", "-quantity")
