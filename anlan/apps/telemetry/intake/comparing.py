"""Gauges held against their neighbours, every hour: who has no rain where all around have much, who has much alone, who drifts.

Too little is marked: the readings of those hours get the flag, as new versions, and take part in nothing (a blocked gauge would
thin every mean). Too much alone may be a cell of its own, and drift says nothing of a single hour: both are told, not marked.
Readings that were only marked here are compared again, so that a verdict does not undo itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connections, transaction
from numpy.typing import NDArray

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.intake.pausing import mark
from anlan.apps.telemetry.kinds import measures
from anlan.apps.telemetry.models import Contradiction, Datastream, NeighbourLimit
from anlan.apps.telemetry.queries.newest import NEWEST_VERSIONS, hours_between, newest_instant
from anlan.kit.worlds import alias
from anlan.lib import neighbours
from anlan.lib.neighbours import Compared, Verdict

HOUR = timedelta(hours=1)
#: A gauge is compared when its readings cover so much of the time.
COVERED = 0.75
SUMS = f"""
SELECT datastream_id, sum(value), count(*), extract(epoch FROM max(at) - min(at)) / 3600
FROM {NEWEST_VERSIONS} r
WHERE flags & ~%(mine)s = 0 GROUP BY datastream_id"""
FRESH = f"""
SELECT DISTINCT datastream_id FROM {NEWEST_VERSIONS} r
WHERE flags & %(mine)s = 0 ORDER BY datastream_id"""


@dataclass(frozen=True)
class Gauges:
    """The gauges of one quantity that stand somewhere, and until when they are compared."""

    streams: list[int]
    lons: list[float]
    lats: list[float]
    periods: list[timedelta | None]
    until: datetime


def compare() -> None:
    """Compare every gauge with its neighbours, tell what does not fit and mark what is too little."""
    using = alias()
    with transaction.atomic(using=using):
        for limit in NeighbourLimit.objects.filter(quantity__in=measures.over_ground()):
            held = _gauges(using, limit.quantity)
            if held is None:
                continue
            found = [*_window(using, limit, held), *_drift(using, limit, held)]
            _tell(using, held, found)


def _gauges(using: str, quantity: str) -> Gauges | None:
    rows = Datastream.objects.filter(quantity=quantity, station__location__isnull=False).select_related("station").order_by("pk")
    streams = [d.pk for d in rows]
    until = newest_instant(streams)
    if until is None:
        return None
    points = [d.station.location for d in rows]
    return Gauges(streams, [p.x for p in points], [p.y for p in points], [d.period for d in rows], until)


def _sums(using: str, held: Gauges, hours: float) -> NDArray[np.float64]:
    """Return the sum of each gauge over some hours; nan where it was not heard for most of them."""
    asked = {
        "streams": held.streams,
        "since": held.until - hours * HOUR,
        "until": held.until,
        "mine": int(Flag.NEIGHBOUR),
    }
    with connections[using].cursor() as cursor:
        cursor.execute(SUMS, asked)
        told = {stream: (total, count, float(span)) for stream, total, count, span in cursor.fetchall()}
    sums = np.full(len(held.streams), np.nan)
    for n, (stream, period) in enumerate(zip(held.streams, held.periods, strict=True)):
        total, count, span = told.get(stream, (0.0, 0, 0.0))
        if count * hours_between(period, count, span) >= COVERED * hours:
            sums[n] = total
    return sums


def _window(using: str, limit: NeighbourLimit, held: Gauges) -> list[Contradiction]:
    limits, sums = limit.limits, _sums(using, held, limit.hours)
    others = neighbours.compared(held.lons, held.lats, sums, limits)
    verdicts = neighbours.contradicted(sums, others, limits)
    since = held.until - limit.hours * HOUR
    low = [held.streams[n] for n in np.flatnonzero(verdicts == Verdict.LOW)]
    _mark(using, low, since, held.until)
    return _found(held, sums, others, verdicts, since)


def _drift(using: str, limit: NeighbourLimit, held: Gauges) -> list[Contradiction]:
    hours = limit.days * 24
    sums = _sums(using, held, hours)
    others = neighbours.compared(held.lons, held.lats, sums, limit.limits)
    return _found(held, sums, others, neighbours.drifting(sums, others, limit.limits), held.until - hours * HOUR)


def _found(
    held: Gauges, sums: NDArray[np.float64], others: Compared, verdicts: NDArray[np.int8], since: datetime
) -> list[Contradiction]:
    return [
        Contradiction(
            datastream_id=held.streams[n],
            verdict=int(verdicts[n]),
            since=since,
            until=held.until,
            own=float(sums[n]),
            others=float(others.mean[n]),
            gauges=int(others.count[n]),
        )
        for n in np.flatnonzero(verdicts)
    ]


def _mark(using: str, streams: list[int], since: datetime, until: datetime) -> None:
    """Mark the readings of some hours that are not marked yet; detection looks at them again."""
    asked = {"streams": streams, "since": since, "until": until, "mine": int(Flag.NEIGHBOUR)}
    with connections[using].cursor() as cursor:
        cursor.execute(FRESH, asked)
        fresh = [stream for (stream,) in cursor.fetchall()]
    if fresh:
        tiny = timedelta(microseconds=1)
        cause = hashlib.sha256(f"neighbours {until} {fresh}".encode()).hexdigest()
        mark(using, "neighbours", cause, Flag.NEIGHBOUR, fresh, since + tiny, until + tiny)


def _tell(using: str, held: Gauges, found: list[Contradiction]) -> None:
    """Keep what contradicts now, since when it did first; what fits again is gone."""
    rows = Contradiction.objects.using(using).filter(datastream_id__in=held.streams)
    known = {(c.datastream_id, c.verdict): c.first_at for c in rows}
    rows.delete()
    for one in found:
        one.first_at = known.get((one.datastream_id, one.verdict), held.until)
    Contradiction.objects.using(using).bulk_create(found)
