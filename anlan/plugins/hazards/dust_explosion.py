"""Danger of a dust explosion 粉尘爆炸险情: what a dust collector's controller tells (AQ 4273-2016; domain.md 3.10).

Which state means which level is reference data (packs: hydro/ladders.csv); for the firm and the desk, not for the public.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State

for rung in (
    Rung("dust_pressure", _("Differential pressure off")),
    Rung("dust_stopped", _("Fan or air lock stands still")),
    Rung("dust_hot", _("Inlet too hot")),
    Rung("dust_spark", _("Spark seen")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="dust_explosion",
        name=_("Danger of a dust explosion"),
        name_zh="粉尘爆炸险情",
        name_en="Danger of a dust explosion",
        event_code="12F99",
        detector=State(("dust_state",)),
        ladder={"dust_pressure": 1, "dust_stopped": 2, "dust_hot": 3, "dust_spark": 4},
        icon="flame",
        source="AQ 4273-2016; domain.md 3.10 (levels are proposals, K-)",
        warned=False,
    )
)
