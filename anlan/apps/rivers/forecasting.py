"""Make the forecasts: read the last day at the gauges of all reaches in one statement, foretell, hand over to telemetry."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np

from anlan.apps.rivers.models import Reach
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.lib import river_forecast
from anlan.lib.river_forecast import Ahead, Course

#: How we call our method beside what others send.
METHOD = "reach"
LEADS = np.arange(3.0, 25.0, 3.0)
BACK = timedelta(hours=48)
AN_HOUR = timedelta(hours=1)


def make() -> int:
    """Foretell every gauge of the reaches in use, for 3 to 24 h ahead; returns how many values."""
    rows = list(Reach.objects.filter(in_use=True, slope__isnull=False).order_by("id"))
    now, made = clock.now(), 0
    for quantity in sorted({row.quantity for row in rows}):
        mine = [row for row in rows if row.quantity == quantity]
        streams = telemetry.streams_of({pk for row in mine for pk in (row.up_id, row.down_id)}, quantity)
        ahead = foretold(mine, courses(streams, now))
        made += telemetry.foretell(METHOD, now, values(ahead, streams, now))
    return made


def courses(streams: dict[int, int], now: datetime) -> dict[str, Course]:
    """Return the good readings of some stations' datastreams (station → datastream), by station."""
    of = {stream: station for station, stream in streams.items()}
    told: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for stream, at, value in telemetry.good_between(of, now - BACK, now):
        told[stream].append(((at - now) / AN_HOUR, value))
    return {
        str(of[stream]): Course(np.array([at for at, _v in pairs]), np.array([v for _at, v in pairs]))
        for stream, pairs in told.items()
    }


def foretold(rows: list[Reach], known: dict[str, Course]) -> dict[str, Ahead]:
    """Foretell by some reaches from what is known, by station."""
    reaches = [
        river_forecast.Reach(
            str(row.up_id),
            str(row.down_id),
            row.hours,
            row.slope or 0.0,
            row.intercept or 0.0,
            row.error or 0.0,
            -np.inf if row.valid_from is None else row.valid_from,
            np.inf if row.valid_to is None else row.valid_to,
        )
        for row in rows
    ]
    return river_forecast.foretold(reaches, known, LEADS)


def values(ahead: dict[str, Ahead], streams: dict[int, int], now: datetime) -> list[tuple[int, datetime, float, float, float]]:
    """Return datastream, instant, value, and the band in which four of five lie."""
    found = []
    for station, told in ahead.items():
        stream, wide = streams.get(int(station)), river_forecast.BAND * told.error
        for lead, stage, half in zip(LEADS.tolist(), told.stage.tolist(), wide.tolist(), strict=True):
            if stream is not None and not (np.isnan(stage) or np.isnan(half)):
                found.append((stream, now + lead * AN_HOUR, round(stage, 2), round(stage - half, 2), round(stage + half, 2)))
    return found
