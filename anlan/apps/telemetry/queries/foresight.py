"""Readers of what forecasts come to: which level the newest one of a datastream reaches, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections

from anlan.apps.telemetry.kinds import HAZARDS, Value
from anlan.apps.telemetry.models import Datastream, Forecast, Latest, Reading, Threshold
from anlan.apps.telemetry.queries.courses import newest_forecasts
from anlan.apps.telemetry.rules import crossed, level_reached
from anlan.kit import clock
from anlan.kit.worlds import alias


@dataclass(frozen=True, slots=True)
class Reach:
    """The level that the newest forecast of a datastream reaches, when, and over which threshold; level 0: none."""

    level: int
    value: float
    threshold: float
    at: datetime


def reaches(streams: Iterable[int]) -> dict[tuple[int, str], Reach]:
    """Judge the newest forecasts from now on by each hazard of newest values: (datastream, hazard) → what is reached."""
    now, points = clock.now(), newest_forecasts(alias(), streams)
    quantities = dict(Datastream.objects.filter(pk__in=points).values_list("pk", "quantity"))
    limits: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    rungs = Threshold.objects.filter(datastream_id__in=points, window_hours=0)
    for stream, code, rung, value in rungs.values_list("datastream_id", "hazard", "level", "value"):
        limits[stream, code][rung] = value
    found = {}
    for hazard in HAZARDS:
        for stream, rows in points.items():
            quantity = quantities.get(stream, "")
            if not isinstance(hazard.detector, Value) or quantity not in hazard.quantities:
                continue
            known = {rung: value for rung, value in limits[stream, hazard.code].items() if rung in hazard.ladder}
            ahead = [row for row in rows if row.at >= now]
            top = (min if hazard.falls(quantity) else max)(ahead, key=lambda row: row.value, default=None)
            level = level_reached(hazard, quantity, top.value, known) if top is not None else 0
            last = top or rows[-1]
            limit = crossed(hazard, quantity, level, known) if level else 0.0
            found[stream, hazard.code] = Reach(level, last.value, limit, last.at)
    return found


#: Forecasts of a method whose instant has come, beside the good, measured reading nearest to it.
MET = """
SELECT extract(epoch FROM f.at - f.issued_at) / 3600, f.value - r.value, f.low - f.value, f.high - f.value
FROM telemetry_forecast f CROSS JOIN LATERAL (
    SELECT n.value FROM (SELECT DISTINCT ON (at) at, value, flags, estimated FROM telemetry_reading
        WHERE datastream_id = f.datastream_id AND at BETWEEN f.at - %(near)s AND f.at + %(near)s ORDER BY at, version DESC) n
    WHERE n.flags = 0 AND NOT n.estimated ORDER BY abs(extract(epoch FROM n.at - f.at)) LIMIT 1) r
WHERE f.method = %(method)s AND f.datastream_id = ANY(%(streams)s) AND f.at > %(since)s AND f.at <= %(until)s
    AND f.low IS NOT NULL"""


def forecasts_by(method: str, streams: Iterable[int]) -> dict[int, list[Forecast]]:
    """Return the newest issue of a method of our own by datastream, in order of time."""
    told = newest_forecasts(alias(), streams)
    return {stream: [row for row in rows if row.method == method] for stream, rows in told.items()}


def forecasts_met(
    method: str, streams: Iterable[int], since: datetime, until: datetime, near: timedelta
) -> list[tuple[float, float, float, float]]:
    """Return (lead in hours, foretold − measured, lower and upper half of the band) of forecasts whose hour has met a reading."""
    asked = {"method": method, "streams": list(streams), "since": since, "until": until, "near": near}
    with connections[alias()].cursor() as cursor:
        cursor.execute(MET, asked)
        return [(float(a), float(b), float(c), float(d)) for a, b, c, d in cursor.fetchall()]


def streams_of(stations: Iterable[int], quantity: str) -> dict[int, int]:
    """Return the datastreams of a quantity by station, within the scope."""
    rows = Datastream.objects.filter(station__in=list(stations), quantity=quantity)
    return dict(rows.order_by("pk").values_list("station_id", "pk"))


def good_between(streams: Iterable[int], since: datetime, until: datetime) -> list[tuple[int, datetime, float]]:
    """Return (datastream, instant, value) of the good readings of some datastreams, in order of time. One query."""
    rows = Reading.objects.using(alias()).filter(datastream_id__in=list(streams), at__gte=since, at__lte=until)
    newest = rows.order_by("datastream_id", "at", "-version").distinct("datastream_id", "at")
    return [(s, at, value) for s, at, value, flags in newest.values_list("datastream_id", "at", "value", "flags") if not flags]


def good_values(streams: Iterable[int]) -> dict[int, float]:
    """Return the newest good value of some datastreams."""
    rows = Latest.objects.using(alias()).filter(datastream_id__in=list(streams), good_value__isnull=False)
    return dict(rows.values_list("datastream_id", "good_value"))
