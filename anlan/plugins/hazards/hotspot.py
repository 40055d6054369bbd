"""Hotspot 卫星热点: sure hotspots that satellites saw in a county within a day. For the desk, which has them verified; not for the public.

A hotspot may be a fire, a kiln or burnt straw. The counts are proposals (K-) and reference data (packs: hydro/ladders.csv).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="hotspot",
        name=_("Satellite hotspot"),
        name_zh="卫星热点",
        name_en="Satellite hotspot",
        event_code="11G01",
        detector=Value(("hotspot_count",)),
        verification=Verification(
            by="nothing", why=_("A satellite sees heat, not what burns: nobody on the ground tells whether it was a fire.")
        ),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="flame",
        source="domain.md 6.4 (counts are proposals, K-)",
        fallen_zh="近24小时未再发现卫星热点",
        fallen_en="no hotspot was seen for 24 hours",
        warned=False,
    )
)
