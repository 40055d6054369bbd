"""Road icing 道路结冰: the state of a road's surface as a road weather station reports it; slush and frost may freeze, ice is there.

Guangdong's signal: orange when icing within six hours may affect traffic, red when it does already.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State, Verification

for rung in (Rung("road_slush", _("Slush or frost")), Rung("road_ice", _("Ice"))):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="icy_road",
        name=_("Road icing"),
        name_zh="道路结冰",
        name_en="Road icing",
        event_code="11B21",
        detector=State(("road_surface",)),
        verification=Verification(scale="county", before=timedelta(hours=3), after=timedelta(hours=1), lead=timedelta(hours=2)),
        ladder={"road_slush": 3, "road_ice": 4},
        icon="snowflake",
        source="广东省气象灾害预警信号发布规定; domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="路面已无结冰",
        fallen_en="the road is free of ice",
    )
)
