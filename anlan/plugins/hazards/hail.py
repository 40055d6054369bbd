"""Hail 冰雹: the largest stone of a station's last hours, as observers or hail sensors report it; orange for hail, red for large stones.

Guangdong's signal foretells (six and two hours); what our own stations show is hail that falls. The sizes are those of GB/T 27957.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, Hazard, Quantity, Rolling, Value, Verification

QUANTITIES.add(
    Quantity(
        "hail_size_3h",
        _("Largest hailstone of 3 h"),
        "mm",
        (0.0, 200.0),
        "3小时最大冰雹直径",
        "the largest hailstone of 3 h",
        digits=0,
        derivation=Rolling("hail_size", timedelta(hours=3), "max"),
        rank=68,
    )
)
HAZARDS.add(
    Hazard(
        code="hail",
        name=_("Hail"),
        name_zh="冰雹",
        name_en="Hail",
        event_code="11B15",
        detector=Value(("hail_size_3h",)),
        verification=Verification(
            scale="town", before=timedelta(minutes=30), after=timedelta(minutes=30), lead=timedelta(minutes=15)
        ),
        ladder={"orange": 3, "red": 4},
        icon="cloud-snow",
        source="广东省气象灾害预警信号发布规定; GB/T 27957-2011; domain.md 3.1; times of verification are proposals, K-",
        fallen_zh="降雹已停止",
        fallen_en="the hail has stopped",
    )
)
