"""Tailings dam 尾矿库: points by their own four values, the pond by how many of its points and items stand at a level.

GB 39496-2020 (domain.md 3.9): four blue points of an item are a yellow item, three yellow an orange one, two orange a red one; items
count towards the pond likewise. The values of a point are its design institute's. A single point calls for no warning.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

COLOURS = {"blue": 1, "yellow": 2, "orange": 3, "red": 4}
LOW = ("phreatic_depth", "beach_length")
HAZARDS.add(
    Hazard(
        code="tailings_point",
        name=_("Point of a tailings pond"),
        name_zh="尾矿库监测点",
        name_en="Point of a tailings pond",
        event_code="12B99",
        detector=Value((*LOW, "displacement"), hysteresis={"phreatic_depth": 0.1, "beach_length": 2.0}, falling=LOW),
        ladder=COLOURS,
        icon="mountain",
        source="GB 39496-2020; domain.md 3.9",
        warned=False,
    )
)
HAZARDS.add(
    Hazard(
        code="tailings_dam",
        name=_("Tailings dam"),
        name_zh="尾矿库险情",
        name_en="Tailings dam danger",
        event_code="12B99",
        detector=Value(("tailings_level",)),
        verification=Verification(before=timedelta(hours=6), after=timedelta(hours=1), lead=timedelta(hours=6)),
        ladder=COLOURS,
        icon="mountain",
        source="GB 39496-2020; domain.md 3.9, 6.1 (event code K-: class 12B, others); times of verification are proposals, K-",
        fallen_zh="尾矿库监测项目已恢复至预警等级以下",
        fallen_en="the items of the pond are below the warning levels again",
    )
)
