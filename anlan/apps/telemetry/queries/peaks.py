"""Readers of how high it was: of a station, over a period, of the sums behind a level; corrections applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connections

from anlan.apps.telemetry.kinds import Hazard
from anlan.apps.telemetry.models import Datastream, DetectionState, Threshold
from anlan.kit.worlds import alias
from anlan.lib.hydrology import sums_at, thousandths
from anlan.lib.instants import MICROSECOND, micros

#: Windows move in steps of five minutes.
STEP = timedelta(minutes=5) // MICROSECOND

#: The version of each instant that holds, superseded ones left out.
HOLDING = """SELECT DISTINCT ON (at) at, value, flags FROM telemetry_reading WHERE datastream_id = %s ORDER BY at, version DESC"""

#: The same for many datastreams at once, each since an instant of its own.
EXTREMES = """
SELECT x.place, min(h.value), max(h.value) FROM unnest(%s::bigint[], %s::timestamptz[]) WITH ORDINALITY AS x(stream, since, place)
    CROSS JOIN LATERAL (SELECT DISTINCT ON (r.at) r.value, r.flags FROM telemetry_reading r
        WHERE r.datastream_id = x.stream AND r.at >= x.since AND r.at >= %s ORDER BY r.at DESC, r.version DESC) h
WHERE h.flags = 0 GROUP BY x.place"""


def _gravest(falling: bool) -> str:
    return "ASC" if falling else "DESC"


def peak_of(station_code: str, quantity: str, falling: bool = False) -> tuple[datetime, float] | None:
    """Return when and how high (or low, if `falling`) a station peaked, over everything this world holds."""
    stream = Datastream.objects.filter(station__code=station_code, quantity=quantity).first()
    if stream is None:
        return None
    with connections[alias()].cursor() as cursor:
        cursor.execute(
            f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 ORDER BY value {_gravest(falling)}, at LIMIT 1", [stream.pk]
        )
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None


def extremes(asked: Sequence[tuple[int, datetime]]) -> list[tuple[float, float] | None]:
    """Return the lowest and the highest good value of each (datastream, since) that is asked for, corrections applied; None where there is none.

    One statement, however many are asked for; days before all of them are not opened.
    """
    if not asked:
        return []
    with connections[alias()].cursor() as cursor:
        cursor.execute(EXTREMES, [[pk for pk, _at in asked], [at for _pk, at in asked], min(at for _pk, at in asked)])
        found = {place: (float(low), float(high)) for place, low, high in cursor.fetchall()}
    return [found.get(place) for place in range(1, len(asked) + 1)]


@dataclass(frozen=True)
class SumPeak:
    """The highest level that sums reached and the highest sum behind a level, and the sum that stands now."""

    level: int
    value: float
    latest: float


def highest_sum(datastream: int, hazard: Hazard, since: datetime) -> SumPeak | None:
    """Judge the sums at every good reading since an instant anew, corrections applied; None where there is none."""
    begins = since - timedelta(hours=max(hazard.windows))
    with connections[alias()].cursor() as cursor:
        cursor.execute(f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 AND at > %s", [datastream, begins])
        points = cursor.fetchall()
    slots = np.array([-(-micros(at) // STEP) for at, _value in points], dtype=np.int64)
    ats = np.array([at >= since for at, _value in points], dtype=bool)
    if not ats.any():
        return None
    spans = [hours * 12 for hours in hazard.windows]
    sums = sums_at(slots, thousandths(np.array([value for _at, value in points])), spans)[:, ats] / 1000
    levels, values = np.zeros(sums.shape[1], dtype=int), np.zeros(sums.shape[1])
    over = np.zeros(sums.shape[1])
    rungs = Threshold.objects.filter(
        datastream=datastream, hazard=hazard.code, level__in=hazard.ladder, window_hours__in=hazard.windows
    )
    for hours, rung, limit in rungs.values_list("window_hours", "level", "value"):
        found, level = sums[hazard.windows.index(hours)], hazard.ladder[rung]
        better = (found >= limit) & ((level > levels) | ((level == levels) & (found / limit > over)))
        levels[better], values[better], over[better] = level, found[better], (found / limit)[better]
    state = DetectionState.objects.using(alias()).filter(datastream_id=datastream, hazard=hazard.code).first()
    latest = float(state.value or 0.0) if state else 0.0
    return SumPeak(int(levels.max()), float(max(values.max(), latest)), latest)


def peak_between(datastream: int, since: datetime, until: datetime, falling: bool = False) -> tuple[datetime, float] | None:
    """Return when and how high (or low) the good readings of a datastream peaked in a period."""
    with connections[alias()].cursor() as cursor:
        cursor.execute(
            f"SELECT at, value FROM ({HOLDING}) AS r WHERE flags = 0 AND at >= %s AND at <= %s"
            f" ORDER BY value {_gravest(falling)}, at LIMIT 1",
            [datastream, since, until],
        )
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None
