"""Gale 大风: mean wind and gusts at a weather station, by wind classes (GB/T 28591).

The numbers are reference data (packs: hydro/ladders.csv). The signal itself is the weather bureau's to issue.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="gale",
        name=_("Gale"),
        name_zh="大风",
        name_en="Gale",
        event_code="11B06",
        detector=Value(("wind_speed", "wind_gust"), hysteresis={"wind_speed": 2.0, "wind_gust": 3.0}),
        verification=Verification(
            scale="county", before=timedelta(hours=1), after=timedelta(minutes=30), lead=timedelta(minutes=30)
        ),
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="wind",
        source="广东省气象灾害预警信号发布规定; domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="风力已减弱至预警标准以下",
        fallen_en="the wind has dropped below the warning thresholds",
    )
)
