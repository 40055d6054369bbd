"""Building site 建筑施工险情: a pit, formwork or crane nears the control value of its monitoring scheme (domain.md 3.10).

The shares are reference data (packs: hydro/ladders.csv); for the site and the desk, not for the public.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value

for rung in (
    Rung("share_watch", _("Near the control value")),
    Rung("share_warn", _("Close to the control value")),
    Rung("share_over", _("Control value reached")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="construction",
        name=_("Building site in danger"),
        name_zh="建筑施工险情",
        name_en="Building site in danger",
        event_code="12C99",
        detector=Value(("control_share",), hysteresis={"control_share": 2.0}),
        ladder={"share_watch": 2, "share_warn": 3, "share_over": 4},
        icon="crane",
        source="GB 50497-2019 (pits); domain.md 3.10: warning at 70 to 80 %, alarm at the control value (K)",
        warned=False,
    )
)
