"""River flood 江河洪水: water level and flow against a station's warning ladder (GB/T 22482; domain.md 3.2).

Blue near the warning level, yellow from warning level or a 5-year flow, orange from guarantee level or a 20-year flow,
red from the historical maximum or a 50-year flow. The numbers are each station's own reference data.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value, Verification

for rung in (
    Rung("near", _("Near warning level")),
    Rung("warning", _("Warning level"), datum=True),
    Rung("guarantee", _("Guarantee level")),
    Rung("historical_max", _("Historical maximum")),
    Rung("return_5", _("5-year flood")),
    Rung("return_10", _("10-year flood")),
    Rung("return_20", _("20-year flood")),
    Rung("return_50", _("50-year flood")),
    Rung("return_100", _("100-year flood")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="river_flood",
        name=_("River flood"),
        name_zh="江河洪水",
        name_en="River flood",
        event_code="11A01",
        detector=Value(("water_level", "flow"), hysteresis={"water_level": 0.02, "flow": 200.0}),
        verification=Verification(before=timedelta(hours=6), after=timedelta(hours=1), lead=timedelta(hours=6)),
        ladder={
            "near": 1,
            "warning": 2,
            "return_5": 2,
            "guarantee": 3,
            "return_20": 3,
            "historical_max": 4,
            "return_50": 4,
        },
        icon="ripple",
        indicator=9,
        indicator_from=2,
        indicator_before=True,
        source="GB/T 22482-2008; 水情预警发布管理办法; times of verification are proposals, K-",
        fallen_zh="水情已回落至警戒以下",
        fallen_en="the water has fallen below the warning level",
    )
)
