"""Cold 寒冷: the lowest and the mean temperature of the last 24 hours against Guangdong's signal of its own.

Yellow by the mean, orange and red by the lowest. The numbers are reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

QUANTITIES = ("temperature_min_24h", "temperature_mean_24h")
HAZARDS.add(
    Hazard(
        code="cold",
        name=_("Cold"),
        name_zh="寒冷",
        name_en="Cold",
        event_code="11B34",
        detector=Value(QUANTITIES, falling=QUANTITIES),
        verification=Verification(scale="county", before=timedelta(days=1), after=timedelta(hours=6), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="temperature-snow",
        source="广东省气象灾害预警信号发布规定; domain.md 3.1, 6.1 (event code K-); times of verification are proposals, K-",
        fallen_zh="气温已回升至预警标准以上",
        fallen_en="the temperature has risen above the warning thresholds",
    )
)
