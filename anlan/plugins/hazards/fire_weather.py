"""Fire weather 火险天气: the Canadian Fire Weather Index (FWI) of a day at a weather station, beside LY/T 1172 (`forest_fire_danger`).

From the day's highest temperature and lowest humidity in place of noon's, its mean wind and its rain. Its classes are those of the
European EFFIS (11.2 moderate, 21.3 high, 38 very high, 50 extreme), not calibrated for Guangdong: reference data (packs:
hydro/ladders.csv), K-.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, Daily, Hazard, Quantity, Value, Verification
from anlan.lib.fire_weather import DAYS, fwi

QUANTITIES.add(
    Quantity(
        "fire_weather_index",
        _("Fire weather index (FWI)"),
        "",
        (0.0, 300.0),
        "火险天气指数",
        "the fire weather index",
        digits=1,
        derivation=Daily(
            of=(("air_temperature", "max"), ("humidity", "min"), ("wind_speed", "mean"), ("rain", "sum")),
            index=fwi,
            days=DAYS,
            hour=12,  # 20:00 in Beijing, when the weather bureau's day ends
        ),
        rank=63,
    )
)
HAZARDS.add(
    Hazard(
        code="fire_weather",
        name=_("Fire weather"),
        name_zh="火险天气",
        name_en="Fire weather",
        event_code="11B25",
        detector=Value(("fire_weather_index",)),
        verification=Verification(scale="county", before=timedelta(days=1), after=timedelta(days=1), lead=timedelta(days=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="flame",
        source="Van Wagner & Pickett 1985 (FTR 33); classes of EFFIS, K-; domain.md 3.5; times of verification are proposals, K-",
        fallen_zh="火险天气指数已降低",
        fallen_en="the fire weather index has fallen",
    )
)
