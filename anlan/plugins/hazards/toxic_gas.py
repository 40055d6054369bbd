"""Leak of toxic gas 有毒气体泄漏: a detector's two levels as shares of the exposure limit (GB/T 50493-2019; domain.md 3.7).

The numbers are reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="toxic_gas",
        name=_("Toxic gas leak"),
        name_zh="有毒气体泄漏",
        name_en="Toxic gas leak",
        event_code="12D99",
        detector=Value(("toxic_gas",), hysteresis={"toxic_gas": 20.0}),
        verification=Verification(scale="town", before=timedelta(minutes=10), after=timedelta(minutes=30)),
        ladder={"yellow": 2, "orange": 3},
        icon="biohazard",
        source="GB/T 50493-2019; domain.md 3.7, 6.1 (event code K-: class 12D, others); times of verification are proposals, K-",
        fallen_zh="有毒气体浓度已降至报警值以下",
        fallen_en="the gas has fallen below the alarm levels",
        near=True,
    )
)
