"""Heat 高温: the highest temperature of the last 24 hours against Guangdong's signal (yellow 35, orange 37, red 39 °C).

The numbers are reference data (packs: hydro/ladders.csv). The signal itself is the weather bureau's to issue.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="heat",
        name=_("Heat"),
        name_zh="高温",
        name_en="High temperature",
        event_code="11B09",
        detector=Value(("temperature_max_24h",)),
        verification=Verification(scale="county", before=timedelta(days=1), after=timedelta(hours=6), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="temperature-sun",
        source="广东省气象灾害预警信号发布规定; domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="24小时最高气温已降至预警标准以下",
        fallen_en="the highest temperature of 24 h has fallen below the warning thresholds",
    )
)
