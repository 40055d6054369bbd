"""What the wall of the hall shows: the gravest trends, the units at work, the warnings in force, and where the map goes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anlan.apps.alarms import api as alarms
from anlan.apps.console.queue import followed, headline, unanswered
from anlan.apps.places import api as places
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.board import sees
from anlan.kit.figures import shown

#: So many trends, units and warnings can be read from eight metres; how many more there are is said.
TRENDS, UNITS, WARNINGS = 3, 6, 3
#: So many of the gravest alarms the wall weighs; all are counted.
MOST_ALARMS = 200


@dataclass(frozen=True)
class Stop:
    """Where the map rests for a while: a box (west, south, east, north) or a place (longitude, latitude)."""

    name: str
    to: tuple[float, ...]


def stands(area: str) -> dict[str, Any]:
    """Return how things stand, as far as the viewer may read it; what may not be read is None, which is never the same as none."""
    waiting = unanswered(MOST_ALARMS)
    counted = alarms.count_open() if sees("alarms.view_alarm") else None
    gravest = sorted((*waiting, *followed()), key=lambda a: -a.level)  # of one level the unanswered first
    streams = [a.datastream for a in gravest if a.datastream]
    trends = telemetry.gravest(TRENDS, streams) if sees("telemetry.view_station") else None
    units = response.units_at_work() if sees("response.view_task") else None
    in_force = warning.published()
    return {
        "trends": None if trends is None else [(t, shown(t.chart)) for t in trends],
        "units": None if units is None else units[:UNITS],
        "more_units": len(units or ()) - UNITS,
        "tasks": None if units is None else (sum(u.done for u in units), sum(u.issued for u in units)),
        "in_force": [(w, headline(w)) for w in in_force[:WARNINGS]],
        "more_warnings": len(in_force) - WARNINGS,
        "count_warnings": len(in_force),
        "people": warning.people_warned(),
        "alarms": counted[1] if counted else None,
        "count_unanswered": counted[0] if counted else 0,
        "unanswered": waiting,
        "tour": _tour(area, trends or [], waiting),
        "now": clock.now(),
    }


def _tour(area: str, trends: list[telemetry.Trend], waiting: list[alarms.AlarmNow]) -> dict[str, Any]:
    """Return where the map goes: over the area, its parts and the gravest stations; while an alarm is unanswered, to those alone."""
    level = {2: "city", 4: "county"}.get(len(area), "town")
    parts = places.extents_below(area, level)
    stops = [Stop(name, box) for name, box in parts]
    spots = {t.value.datastream: Stop(t.name, (t.lon, t.lat)) for t in trends if t.lon is not None and t.lat is not None}
    held = [spots[a.datastream] for a in waiting if a.datastream in spots]
    return {"stops": [(s.name, s.to) for s in [*stops, *spots.values()]], "held": [(s.name, s.to) for s in held]}
