"""Heavy air pollution 重污染天气: the mean of the air quality index over 24 hours (HJ 633-2012), for the desk.

The classes are HJ 633's, which level each is worth is a proposal, and reference data (packs: hydro/ladders.csv). Who warns the public
is the city's own plan for heavy pollution, led by the ecology bureau.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Hazard, Quantity, Rolling, Rung, Value, Verification

QUANTITIES.add(
    Quantity(
        "aqi_24h",
        _("Mean air quality index of 24 h"),
        "",
        (0.0, 500.0),
        "24小时空气质量指数均值",
        "the mean air quality index of 24 h",
        digits=0,
        derivation=Rolling("aqi", timedelta(hours=24), "mean"),
        rank=66,
    )
)
for rung in (
    Rung("air_moderate", _("Moderately polluted")),
    Rung("air_heavy", _("Heavily polluted")),
    Rung("air_severe", _("Severely polluted")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="air_pollution",
        name=_("Heavy air pollution"),
        name_zh="重污染天气",
        name_en="Heavy air pollution",
        event_code="11B29",
        detector=Value(("aqi_24h",), hysteresis={"aqi_24h": 10.0}),
        verification=Verification(scale="county", before=timedelta(days=1), after=timedelta(hours=12), lead=timedelta(days=1)),
        ladder={"air_moderate": 1, "air_heavy": 2, "air_severe": 3},
        icon="mask",
        source="HJ 633-2012 table 2 (classes); levels are proposals, K-; times of verification are proposals, K-",
        fallen_zh="空气质量已好转",
        fallen_en="the air has become better",
    )
)
