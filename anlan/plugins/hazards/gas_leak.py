"""Leak of flammable gas 可燃气体泄漏: a detector's two levels at a hazardous-chemical site (GB/T 50493-2019; domain.md 3.7).

The numbers are reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="gas_leak",
        name=_("Leak of flammable gas"),
        name_zh="可燃气体泄漏",
        name_en="Flammable gas leak",
        event_code="12D99",
        detector=Value(("flammable_gas",), hysteresis={"flammable_gas": 5.0}),
        verification=Verification(scale="town", before=timedelta(minutes=10), after=timedelta(minutes=30)),
        ladder={"yellow": 2, "orange": 3},
        icon="flask",
        source="GB/T 50493-2019; domain.md 3.7, 6.1 (event code K-: class 12D, others); times of verification are proposals, K-",
        fallen_zh="可燃气体浓度已降至报警值以下",
        fallen_en="the gas has fallen below the alarm levels",
        near=True,
    )
)
