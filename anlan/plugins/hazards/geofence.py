"""Geofence 电子围栏: a vehicle or vessel is where it may not be, has left where it must stay, or is too fast for an area.

What it breaks is judged at each place that it tells (app `geofences`), of the stations that measure `fence_state`. Which state means
which level is reference data (packs: hydro/ladders.csv). For the desk, not for the public.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from anlan.apps.geofences import api as geofences
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, WHERE, Hazard, Placed, Rung, State


def states(placed: Sequence[Placed]) -> list[telemetry.RawReading]:
    """Return what each breaks where it is, as a reading of its state."""
    known = telemetry.stations_measuring("fence_state", {one.station for one in placed})
    found = geofences.judge(placed, known) if known else []
    return [telemetry.RawReading(one.line, one.station, "fence_state", one.at, float(broken)) for one, broken in found]


WHERE.append(states)
for rung in (
    Rung("fence_speed", _("Too fast for the area")),
    Rung("fence_left", _("Has left its area")),
    Rung("fence_entered", _("Is in a closed area")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="geofence",
        name=_("Geofence broken"),
        name_zh="电子围栏报警",
        name_en="Geofence broken",
        event_code="12H99",
        detector=State(("fence_state",)),
        ladder={"fence_speed": 1, "fence_left": 2, "fence_entered": 3},
        icon="fence",
        source="JT/T 808-2019 (areas, lines and their alarms); levels are proposals, K-",
        warned=False,
    )
)
