"""Urban waterlogging 内涝: water standing on a road or in an underpass, by its depth.

No national law says depths; 15 cm is the limit of a lane (GB 51222), 27 cm closes an underpass, the rest is a proposal of the pack.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="waterlogging",
        name=_("Urban waterlogging"),
        name_zh="内涝",
        name_en="Urban waterlogging",
        event_code="11A02",
        detector=Value(("water_depth",), hysteresis={"water_depth": 0.02}),
        verification=Verification(
            scale="town",
            held=timedelta(minutes=10),
            before=timedelta(minutes=30),
            after=timedelta(minutes=30),
            lead=timedelta(minutes=30),
        ),
        near=True,
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="car-suv",
        source="GB 51222-2017; domain.md 3.3; times of verification are proposals, K-",
        fallen_zh="积水已退至预警标准以下",
        fallen_en="the standing water has fallen below the warning thresholds",
    )
)
