"""Landslide 滑坡: the tangent angle of creep at a displacement point (改进切线角; domain.md 3.4).

Up to 45° creep is steady, from 80° it accelerates, from 85° failure is near. The angles are reference data (packs:
hydro/ladders.csv); each point's rate of steady creep is its own.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="landslide",
        name=_("Landslide"),
        name_zh="滑坡",
        name_en="Landslide",
        event_code="11D01",
        detector=Value(("tangent_angle",), hysteresis={"tangent_angle": 2.0}),
        verification=Verification(scale="town", before=timedelta(hours=12), after=timedelta(hours=1), lead=timedelta(hours=6)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="mountain",
        source="许强等 改进切线角; domain.md 3.4; times of verification are proposals, K-",
        fallen_zh="监测点变形已趋于平缓",
        fallen_en="the ground moves steadily again",
        near=True,
    )
)
