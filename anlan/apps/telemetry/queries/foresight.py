"""Readers of what forecasts come to: which level the newest one of a datastream reaches, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from anlan.apps.telemetry.kinds import HAZARDS
from anlan.apps.telemetry.models import Datastream, Threshold
from anlan.apps.telemetry.queries.courses import newest_forecasts
from anlan.apps.telemetry.rules import crossed
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
