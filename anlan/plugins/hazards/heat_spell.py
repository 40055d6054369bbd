"""Heat spell 持续高温: days in a row whose highest temperature reaches 35 °C, beside what a single day says (`heat`).

A day is hot from the station's own number (`hot_from`); how many days are which level is reference data (packs: hydro/ladders.csv), K-.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Daily, Hazard, Quantity, Rung, Value, Verification
from anlan.lib.spells import days_from

RUNGS.add(Rung("hot_from", _("A day is hot from (°C)"), drawn=False))
QUANTITIES.add(
    Quantity(
        "hot_days",
        _("Hot days in a row"),
        "",
        (0.0, 400.0),
        "连续高温天数",
        "the count of hot days in a row",
        digits=0,
        derivation=Daily(
            of=(("air_temperature", "max"),),
            rungs=("hot_from",),
            index=days_from,
            days=30,
            hour=12,  # 20:00 in Beijing, when the weather bureau's day ends
        ),
        rank=65,
    )
)
HAZARDS.add(
    Hazard(
        code="heat_spell",
        name=_("Heat spell"),
        name_zh="持续高温",
        name_en="Heat spell",
        event_code="11B10",
        detector=Value(("hot_days",)),
        verification=Verification(scale="county", before=timedelta(days=2), after=timedelta(days=1), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="sun-high",
        source="35 °C as the weather bureau's hot day; days in a row K-; domain.md 3.1, 6.1 (11B10 heat wave, K-); times of verification are proposals, K-",
        fallen_zh="高温天气已中断",
        fallen_en="the run of hot days has ended",
    )
)
