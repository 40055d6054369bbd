"""Tornado 龙卷风: a funnel cloud seen aloft or on the ground, as a weather observer, a lookout or a grid worker reports it.

No gauge and no radar stands behind it, so that there is nothing but the sight of it; Guangdong's signals do not name it, and the levels are a
proposal (K-).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, RUNGS, Hazard, Quantity, Rung, State, Verification

SEEN = {0: ("未见", "none seen"), 1: ("空中漏斗云", "a funnel cloud aloft"), 2: ("已触地", "on the ground")}
QUANTITIES.add(
    Quantity(
        "funnel_cloud", _("Funnel cloud"), "", (0.0, 2.0), "龙卷风目击情况", "the funnel cloud", digits=0, states=SEEN, rank=11
    )
)
for rung in (Rung("funnel_aloft", _("Funnel cloud aloft")), Rung("funnel_down", _("Tornado on the ground"))):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="tornado",
        name=_("Tornado"),
        name_zh="龙卷风",
        name_en="Tornado",
        event_code="11B02",
        detector=State(("funnel_cloud",)),
        verification=Verification(
            scale="town", before=timedelta(minutes=15), after=timedelta(minutes=15), lead=timedelta(minutes=10)
        ),
        ladder={"funnel_aloft": 3, "funnel_down": 4},
        icon="tornado",
        source="domain.md 6.1 (event code, K); levels are a proposal (K-); times of verification are proposals, K-",
        fallen_zh="已不见漏斗云",
        fallen_en="no funnel cloud is seen any more",
    )
)
