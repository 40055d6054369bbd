"""Fire alarm 火灾自动报警: a component of a building's system tells fire or is out of order (GB/T 26875.3-2011).

An alarm for the desk, which verifies before anybody is sent; no warning to the public. Which state means which level is reference
data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State

for rung in (
    Rung("state_fire", _("Fire reported")),
    Rung("state_fault", _("Fault of the equipment")),
    Rung("state_power_fault", _("Power fault")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="fire_alarm",
        name=_("Fire alarm"),
        name_zh="火灾报警",
        name_en="Fire alarm",
        event_code="12G99",
        detector=State(("fire_state",)),
        ladder={"state_fault": 1, "state_power_fault": 1, "state_fire": 3},
        icon="flame",
        source="GB/T 26875.3-2011; domain.md 6.4 (levels are proposals, K-)",
        warned=False,
    )
)
