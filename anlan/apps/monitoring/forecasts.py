"""Forecast values: kept apart from readings, shown dashed, and judged as "forecast to reach" with an alarm of their own basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.utils.translation import gettext as _

from anlan.apps.monitoring.catalogue import Catalogue
from anlan.apps.monitoring.choices import OPEN, Basis
from anlan.apps.monitoring.kinds import HAZARDS
from anlan.apps.monitoring.models import Alarm, Datastream, Threshold
from anlan.apps.monitoring.queries.courses import newest_forecasts
from anlan.apps.monitoring.rules import FORECAST_REACH, RawForecast, Rejected, crossed, instant_of, number_of
from anlan.kit import clock
from anlan.lib.instants import instant

INSERT = """
INSERT INTO monitoring_forecast (datastream_id, at, issued_at, issue_stated, value, batch)
SELECT %(stream)s, %(at)s, %(issued_at)s, %(stated)s, %(value)s, %(batch)s
WHERE %(stated)s OR NOT EXISTS (SELECT FROM monitoring_forecast WHERE datastream_id = %(stream)s AND at = %(at)s
                                AND value = %(value)s AND NOT issue_stated)
ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Foretold:
    """A forecast that can be taken."""

    stream: int
    at: datetime
    issued_at: datetime
    stated: bool
    value: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The level that the newest forecast of a datastream reaches, when, and over which threshold; level 0: none."""

    level: int
    value: float
    threshold: float
    at: datetime


def sift(
    rows: Sequence[RawForecast], held: Catalogue, areas: tuple[str, ...], now: datetime
) -> tuple[list[Foretold], list[Rejected]]:
    """Split forecasts into those that can be taken and those at fault; without an hour of issue it is `now`."""
    places = held.places([r.station for r in rows], [r.quantity for r in rows], areas).tolist() if rows else []
    good, faults = [], []
    for row, place in zip(rows, places, strict=True):
        at, value = instant_of(row.at, now, FORECAST_REACH), number_of(row.value)
        issued = instant_of(row.issued_at, now) if row.issued_at else 0
        told = [part for part in (at, value, issued) if isinstance(part, str)]
        if place < 0:
            words = _("There is no station %(station)r that measures %(quantity)s in your area.")
            told = [words % {"station": row.station[:40], "quantity": row.quantity[:40]}]
        elif not told and not held.low[place] <= float(value) <= held.high[place]:
            told = [_("The value %(value)s is physically impossible.") % {"value": row.value}]
        if told:
            faults.append(Rejected(row.line, told[0]))
            continue
        stated = bool(row.issued_at)
        good.append(
            Foretold(int(held.stream[place]), instant(int(at)), instant(int(issued)) if stated else now, stated, float(value))
        )
    return good, faults


def store(
    using: str, rows: Sequence[RawForecast], held: Catalogue, areas: tuple[str, ...], batch: int
) -> tuple[int, list[Rejected]]:
    """Keep forecasts; the same for the same instant and issue is kept once. Returns how many are new, and the faults."""
    if not rows:
        return 0, []
    good, faults = sift(rows, held, areas, clock.now())
    new = 0
    with connections[using].cursor() as cursor:
        for row in good:
            told = {name: getattr(row, name) for name in ("stream", "at", "issued_at", "stated", "value")}
            cursor.execute(INSERT, told | {"batch": batch})
            new += cursor.rowcount
    return new, faults


def reaches(using: str, streams: Iterable[int]) -> dict[tuple[int, str], Reach]:
    """Judge the newest forecasts from now on by each hazard of newest values: (datastream, hazard) → what is reached."""
    now, points = clock.now(), newest_forecasts(using, streams)
    quantities = dict(Datastream.objects.filter(pk__in=points).values_list("pk", "quantity"))
    limits: dict[int, dict[str, float]] = defaultdict(dict)
    for stream, rung, value in Threshold.objects.filter(datastream_id__in=points, window_hours=0).values_list(
        "datastream_id", "level", "value"
    ):
        limits[stream][rung] = value
    found = {}
    for hazard in HAZARDS:
        for stream, rows in points.items():
            ahead = [row for row in rows if row.at >= now]
            if hazard.windows or quantities.get(stream) not in hazard.quantities:
                continue
            known = {rung: value for rung, value in limits[stream].items() if rung in hazard.ladder}
            top = max(ahead, key=lambda row: row.value, default=None)
            level = max((hazard.ladder[r] for r, v in known.items() if top is not None and top.value >= v), default=0)
            last = top or rows[-1]
            limit = crossed(hazard, level, known) if level else 0.0
            found[(stream, hazard.code)] = Reach(level, last.value, limit, last.at)
    return found


def standing() -> list[int]:
    """Return the datastreams with an open alarm of a forecast."""
    rows = Alarm.objects.filter(basis=Basis.FORECAST, state__in=OPEN)
    return list(rows.values_list("datastream_id", flat=True).distinct())
