"""Flash flood 山洪: sums of rain over 1, 3, 6 and 24 hours at a village's own gauge; orange prepare 准备转移, red move now 立即转移.

The numbers are reference data (packs: hydro/ladders.csv, for village gauges), each village's own where it has them. A level
is left as a rainstorm's is (domain.md 3.3, proposal).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Sums, Verification

HAZARDS.add(
    Hazard(
        code="flash_flood",
        name=_("Flash flood"),
        name_zh="山洪",
        name_en="Flash flood",
        event_code="11A51",
        detector=Sums(("rain",), windows=(1, 3, 6, 24), clear_share=0.8, clear_after=timedelta(hours=2)),
        verification=Verification(
            scale="town", before=timedelta(minutes=30), after=timedelta(minutes=30), lead=timedelta(minutes=30)
        ),
        near=True,
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="ripple-down",
        source="山洪灾害监测预警系统设计导则 SL 675; domain.md 3.3; times of verification are proposals, K-",
    )
)
