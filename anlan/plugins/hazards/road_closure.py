"""Road closed 道路封闭: a road station tells that its road is restricted or closed. For the desk, not for the public.

Which state means which level is reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State

for rung in (
    Rung("road_restricted", _("Restricted")),
    Rung("road_closed", _("Closed to traffic")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="road_closure",
        name=_("Road closed"),
        name_zh="道路封闭",
        name_en="Road closed",
        event_code="12H99",
        detector=State(("road_open",)),
        ladder={"road_restricted": 1, "road_closed": 2},
        icon="road-off",
        source="states of the road station; levels are proposals, K-",
        warned=False,
    )
)
