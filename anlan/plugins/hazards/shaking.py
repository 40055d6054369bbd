"""Shaking 强震动: the instrumental intensity of a seismograph, V to VIII, by acceleration and velocity (GB/T 17742-2020; domain.md 3.6).

The numbers are reference data (packs: hydro/ladders.csv); the public hears of an earthquake by `tremor`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, Value

for rung in (
    Rung("shaking_5", _("Intensity V")),
    Rung("shaking_6", _("Intensity VI")),
    Rung("shaking_7", _("Intensity VII")),
    Rung("shaking_8", _("Intensity VIII")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="shaking",
        name=_("Strong shaking"),
        name_zh="强震动",
        name_en="Strong shaking",
        event_code="11C02",
        detector=Value(("instrumental_intensity",), hysteresis={"instrumental_intensity": 0.2}),
        ladder={"shaking_5": 1, "shaking_6": 2, "shaking_7": 3, "shaking_8": 4},
        icon="wave-sine",
        source="GB/T 17742-2020, appendix A; domain.md 3.6 (levels and the hysteresis of 0.2 degrees are proposals, K-)",
        warned=False,
    )
)
