"""Reservoir 水库: the pool stands above the flood limit, the design flood or the check flood of its dam (汛限、设计、校核水位).

Each dam has numbers of its own, set at its station with their source. For the desk, the keeper and the flood office: whom a release endangers is
warned by `river_flood` downstream.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value

for rung in (
    Rung("flood_limit", _("Flood-limit level")),
    Rung("design_flood", _("Design flood level")),
    Rung("check_flood", _("Check flood level")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="reservoir",
        name=_("Reservoir too full"),
        name_zh="水库超汛限",
        name_en="Reservoir above its flood limit",
        event_code="11A01",
        detector=Value(("water_level",), hysteresis={"water_level": 0.02}),
        ladder={"flood_limit": 1, "design_flood": 3, "check_flood": 4},
        icon="ripple",
        source="SL 252-2017 (characteristic levels); domain.md 3.2; which level is which colour is a proposal (K-)",
        warned=False,
    )
)
