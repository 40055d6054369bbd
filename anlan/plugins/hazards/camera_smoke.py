"""Smoke on camera 视频烟火: a video box says that it sees smoke or fire. For the desk, which looks before anybody is sent; not for the public.

The level is reference data (packs: hydro/ladders.csv). It stands until the box says that it is over, and then until a person closes it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State, Verification

RUNGS.add(Rung("smoke_seen", _("Smoke or fire seen")))
HAZARDS.add(
    Hazard(
        code="camera_smoke",
        name=_("Smoke on camera"),
        name_zh="视频烟火",
        name_en="Smoke on camera",
        event_code="11G01",
        detector=State(("camera_smoke",)),
        verification=Verification(
            by="nothing",
            why=_("What a camera takes for smoke or an event is no measurement that a warning could be held against."),
        ),
        ladder={"smoke_seen": 3},
        icon="camera",
        source="森林防火条例 19 (monitoring); the level is a proposal, K-",
        warned=False,
    )
)
