"""Haze 灰霾: the mean of fine particles over 24 hours; Guangdong's signal has one colour, yellow.

From which concentration on is a proposal (heavy pollution of HJ 633: 150 μg/m³); visibility in dry air is the weather bureau's to judge.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, Hazard, Quantity, Rolling, Value, Verification

QUANTITIES.add(
    Quantity(
        "pm2_5_24h",
        _("Mean PM2.5 of 24 h"),
        "μg/m³",
        (0.0, 2000.0),
        "24小时细颗粒物平均浓度",
        "the mean of fine particles (PM2.5) over 24 h",
        digits=0,
        derivation=Rolling("pm2_5", timedelta(hours=24), "mean"),
        rank=67,
    )
)
HAZARDS.add(
    Hazard(
        code="haze",
        name=_("Haze"),
        name_zh="灰霾",
        name_en="Haze",
        event_code="11B19",
        detector=Value(("pm2_5_24h",), hysteresis={"pm2_5_24h": 10.0}),
        verification=Verification(scale="county", before=timedelta(hours=12), after=timedelta(hours=6), lead=timedelta(hours=12)),
        ladder={"yellow": 2},
        icon="wind-off",
        source="广东省气象灾害预警信号发布规定; HJ 633-2012; domain.md 3.1, 3.10; times of verification are proposals, K-",
        fallen_zh="空气已好转",
        fallen_en="the air has become better",
    )
)
