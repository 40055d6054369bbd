"""Gas in a mine 矿山有害气体: methane at the alarm and cut-off levels, carbon monoxide above its limit.

The numbers are reference data (packs: hydro/ladders.csv); for the mine and the desk, not for the public.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value

for rung in (
    Rung("mine_alarm", _("Alarm")),
    Rung("mine_cut_off", _("Power is cut off")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="mine_gas",
        name=_("Gas in a mine"),
        name_zh="矿山有害气体",
        name_en="Gas in a mine",
        event_code="12A99",
        detector=Value(("methane", "carbon_monoxide"), hysteresis={"methane": 0.1, "carbon_monoxide": 2.0}),
        ladder={"mine_alarm": 3, "mine_cut_off": 4},
        icon="pick",
        source="AQ 1029-2019 (methane), GB 16423-2020 (carbon monoxide), K",
        warned=False,
    )
)
