"""Cold spell 持续低温: days in a row whose mean temperature stays at 12 °C or below, beside what a single day says (`cold`).

A day is cold up to the station's own number (`cold_up_to`); how many days are which level is reference data (packs: hydro/ladders.csv), K-.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Daily, Hazard, Quantity, Rung, Value, Verification
from anlan.lib.spells import days_up_to

RUNGS.add(Rung("cold_up_to", _("A day is cold up to (°C)"), drawn=False))
QUANTITIES.add(
    Quantity(
        "cold_days",
        _("Cold days in a row"),
        "",
        (0.0, 400.0),
        "连续低温天数",
        "the count of cold days in a row",
        digits=0,
        derivation=Daily(
            of=(("air_temperature", "mean"),),
            rungs=("cold_up_to",),
            index=days_up_to,
            days=30,
            hour=12,  # 20:00 in Beijing, when the weather bureau's day ends
        ),
        rank=66,
    )
)
HAZARDS.add(
    Hazard(
        code="cold_spell",
        name=_("Cold spell"),
        name_zh="持续低温",
        name_en="Cold spell",
        event_code="11B08",
        detector=Value(("cold_days",)),
        verification=Verification(scale="county", before=timedelta(days=2), after=timedelta(days=1), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="snowflake",
        source="12 °C daily mean for three days as Guangdong's cold spell of spring (K); days in a row K-; domain.md 6.1 (11B08, K-); times of verification are proposals, K-",
        fallen_zh="低温天气已中断",
        fallen_en="the run of cold days has ended",
    )
)
