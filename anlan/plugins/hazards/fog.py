"""Fog 大雾: visibility at a weather or road station against Guangdong's signal (yellow 500, orange 200, red 50 m); the lower, the graver.

The numbers are reference data (packs: hydro/ladders.csv). The signal itself is the weather bureau's to issue.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="fog",
        name=_("Fog"),
        name_zh="大雾",
        name_en="Fog",
        event_code="11B17",
        detector=Value(("visibility",), hysteresis={"visibility": 50.0}, falling=("visibility",)),
        verification=Verification(
            scale="county",
            held=timedelta(minutes=30),
            before=timedelta(hours=3),
            after=timedelta(hours=1),
            lead=timedelta(hours=1),
        ),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="mist",
        source="广东省气象灾害预警信号发布规定; domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="能见度已回升至预警标准以上",
        fallen_en="visibility has risen above the warning thresholds",
    )
)
