"""Forest-fire danger 森林火险: the daily index of LY/T 1172-95 at a weather station, classes 3 to 5 as Guangdong's signal.

The score of the plants' season (E: 20 all green … 0 no green) is the station's own, kept with its thresholds as `season_score`;
a station without one has no index. The classes are reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Daily, Hazard, Quantity, Rung, Value, Verification
from anlan.lib.fire_danger import DAYS, htz

RUNGS.add(Rung("season_score", _("Score of the plants' season"), drawn=False))
QUANTITIES.add(
    Quantity(
        "fire_danger_index",
        _("Fire danger index (LY/T 1172)"),
        "",
        (0.0, 150.0),
        "森林火险指数",
        "the fire danger index",
        digits=0,
        derivation=Daily(
            of=(("air_temperature", "max"), ("humidity", "min"), ("rain", "sum"), ("wind_speed", "max")),
            rungs=("season_score",),
            index=htz,
            days=DAYS,
            hour=12,  # 20:00 in Beijing, when the weather bureau's day ends
        ),
        rank=62,
    )
)
HAZARDS.add(
    Hazard(
        code="forest_fire_danger",
        name=_("Forest-fire danger"),
        name_zh="森林火险",
        name_en="Forest fire danger",
        event_code="11B25",
        detector=Value(("fire_danger_index",)),
        verification=Verification(scale="county", before=timedelta(days=1), after=timedelta(days=1), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="flame",
        source="LY/T 1172-95; 广东省气象灾害预警信号发布规定; domain.md 3.5; times of verification are proposals, K-",
        fallen_zh="森林火险等级已降低",
        fallen_en="the danger of forest fire has fallen",
    )
)
