"""Icing 冰冻（覆冰）: how thick the glaze is that freezing rain leaves on lines and trees, as gauges on the northern ridges measure it.

January and February 2008 brought such ice to the north of the city. The thicknesses are a proposal (K-) and reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, Hazard, Quantity, Value, Verification

QUANTITIES.add(
    Quantity("ice_thickness", _("Thickness of ice"), "mm", (0.0, 200.0), "覆冰厚度", "the thickness of ice", digits=0, rank=41)
)
HAZARDS.add(
    Hazard(
        code="line_icing",
        name=_("Icing"),
        name_zh="冰冻",
        name_en="Icing",
        event_code="11B27",
        detector=Value(("ice_thickness",), hysteresis={"ice_thickness": 1.0}),
        verification=Verification(scale="county", before=timedelta(hours=12), after=timedelta(hours=6), lead=timedelta(hours=12)),
        ladder={"blue": 1, "yellow": 2, "orange": 3, "red": 4},
        icon="snowflake",
        source="domain.md 6.1 (event code, K-); thicknesses are a proposal (K-); times of verification are proposals, K-",
        fallen_zh="覆冰已融化至预警标准以下",
        fallen_en="the ice has melted below the warning thresholds",
    )
)
