"""Readers of what forecasts come to: which level the newest one of a datastream reaches, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anlan.apps.telemetry.kinds import HAZARDS, Value
from anlan.apps.telemetry.models import Datastream, Threshold
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
