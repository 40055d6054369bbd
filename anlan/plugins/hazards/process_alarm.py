"""Process alarm 工艺报警: high-high, low-low and interlocks of tanks and reactors, as their control system reports them.

An alarm for the desk, no warning to the public: a leak or fire is one of its own. Which state means which level is
reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State

for rung in (
    Rung("state_low", _("Low")),
    Rung("state_low_low", _("Low-low")),
    Rung("state_high", _("High")),
    Rung("state_high_high", _("High-high")),
    Rung("state_interlock", _("Interlock has acted")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="process_alarm",
        name=_("Process alarm"),
        name_zh="工艺报警",
        name_en="Process alarm",
        event_code="12D99",
        detector=State(("process_state",)),
        ladder={"state_low": 1, "state_high": 1, "state_low_low": 3, "state_high_high": 3, "state_interlock": 3},
        icon="building-factory-2",
        source="domain.md 3.8: HH and LL at installations of grade I and II rise to the city's desk (K-)",
        warned=False,
    )
)
