"""Meteorological drought 干旱: days in a row without real rain at a gauge.

From how much a day's rain ends it is the station's own number (`wet_from`); how many days are which level is reference data (packs:
hydro/ladders.csv), K-. Soil, reservoirs and crops are not looked at: this is where a look begins. A hundred days are the longest told.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Daily, Hazard, Quantity, Rung, Value, Verification
from anlan.lib.spells import days_without

RUNGS.add(Rung("wet_from", _("Rain of a day that ends a drought (mm)"), drawn=False))
QUANTITIES.add(
    Quantity(
        "dry_days",
        _("Days in a row without real rain"),
        "",
        (0.0, 400.0),
        "连续无有效降水天数",
        "the count of days without real rain",
        digits=0,
        derivation=Daily(
            of=(("rain", "sum"),),
            rungs=("wet_from",),
            index=days_without,
            days=100,
            hour=12,  # 20:00 in Beijing, when the weather bureau's day ends
        ),
        rank=64,
    )
)
HAZARDS.add(
    Hazard(
        code="drought",
        name=_("Meteorological drought"),
        name_zh="干旱",
        name_en="Meteorological drought",
        event_code="11B22",
        detector=Value(("dry_days",)),
        verification=Verification(scale="county", before=timedelta(days=10), after=timedelta(days=3), lead=timedelta(days=3)),
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="droplet-off",
        source="SL 424-2008 (days in a row without rain, from memory, K-); domain.md 6.1; times of verification are proposals, K-",
        fallen_zh="已出现有效降水，连续无雨天数已中断",
        fallen_en="real rain has ended the dry spell",
    )
)
