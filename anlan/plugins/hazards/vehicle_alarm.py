"""Vehicle alarm 车辆报警: a vehicle or its terminal calls for help, or tells a crash (JT/T 808). For the desk, not for the public.

Which state means which level is reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State

for rung in (Rung("state_help", _("Calls for help")), Rung("state_crash", _("Crashed or rolled over"))):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="vehicle_alarm",
        name=_("Vehicle alarm"),
        name_zh="车辆报警",
        name_en="Vehicle alarm",
        event_code="12H99",
        detector=State(("vehicle_state",)),
        ladder={"state_help": 2, "state_crash": 3},
        icon="car-crash",
        source="JT/T 808-2019 alarm bits 0, 29, 30 (levels are proposals, K-)",
        warned=False,
    )
)
