"""Bridge 桥梁险情: a point of a bridge nears the control value of its monitoring scheme (domain.md 3.10).

The shares are reference data (packs: hydro/ladders.csv, the rungs of a building site); for the desk, not for the public.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value

HAZARDS.add(
    Hazard(
        code="bridge",
        name=_("Bridge in danger"),
        name_zh="桥梁险情",
        name_en="Bridge in danger",
        event_code="12P99",
        detector=Value(("control_share",), hysteresis={"control_share": 2.0}),
        ladder={"share_watch": 2, "share_warn": 3, "share_over": 4},
        icon="building-bridge-2",
        source="JT/T 1037-2022 (monitoring of bridges); domain.md 3.10: warning at 70 to 80 %, alarm at the control value (K)",
        warned=False,
    )
)
