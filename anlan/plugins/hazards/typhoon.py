"""Typhoon 台风: the strongest mean wind that a county has to expect within 24 hours (blue, yellow) and 12 hours (orange, red).

Guangdong's signals by mean wind, classes 6, 8, 10 and 12 (domain.md 3.1); the numbers are reference data (packs: hydro/ladders.csv). The
winds are those of the advisory that counts (anlan.apps.typhoons), so an alarm is proposed before anything blows; the signal itself is
the weather bureau's to issue. The white signal (48 hours) is no level here: the storm's own page tells when class 6 begins.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="typhoon",
        name=_("Typhoon"),
        name_zh="台风",
        name_en="Typhoon",
        event_code="11B01",
        detector=Value(("typhoon_wind_24h", "typhoon_wind_12h"), hysteresis={"typhoon_wind_24h": 1.0, "typhoon_wind_12h": 1.0}),
        verification=Verification(scale="county", before=timedelta(hours=12), after=timedelta(hours=6), lead=timedelta(hours=12)),
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="storm",
        source="广东省气象灾害预警信号发布规定 (2019); domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="台风影响减弱，预计风力已低于预警标准",
        fallen_en="the wind that the typhoon may still bring is below the warning thresholds",
    )
)
