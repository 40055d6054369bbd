"""Rainstorm 暴雨: sums of rain over 1, 3, 6, 12, 24 and 72 hours at a gauge, as proposal for the weather bureau's signal.

The numbers are reference data (packs: hydro/ladders.csv): Guangdong's own signal where it gives one (orange and
red, 3 h), national and neighbouring figures elsewhere, each with its source and confidence. A level is left once every
sum has stayed under 80 % of its threshold for two hours (domain.md 3.3, proposal). The signal itself is the weather
bureau's to issue; this only judges our own gauges.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Sums, Verification

HAZARDS.add(
    Hazard(
        code="rainstorm",
        name=_("Rainstorm"),
        name_zh="暴雨",
        name_en="Rainstorm",
        event_code="11B03",
        detector=Sums(("rain",), windows=(1, 3, 6, 12, 24, 72), clear_share=0.8, clear_after=timedelta(hours=2)),
        verification=Verification(scale="county", before=timedelta(hours=1), after=timedelta(hours=1), lead=timedelta(hours=1)),
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="cloud-rain",
        indicator=10,
        source="广东省气象灾害预警信号发布规定; domain.md 3.1, 3.3; times of verification are proposals, K-",
    )
)
