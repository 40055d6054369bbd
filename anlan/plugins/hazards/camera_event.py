"""Event on camera 视频事件: a video box says that it sees water over a road, a crowd or an intrusion. For the desk, not for the public.

The levels are reference data (packs: hydro/ladders.csv). It stands until the box says that it is over, and then until a person closes it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, RUNGS, Hazard, Rung, State, Verification

for rung in (
    Rung("water_seen", _("Water over the road seen")),
    Rung("crowd_seen", _("Crowd seen")),
    Rung("intrusion_seen", _("Intrusion seen")),
):
    RUNGS.add(rung)
HAZARDS.add(
    Hazard(
        code="camera_event",
        name=_("Event on camera"),
        name_zh="视频事件",
        name_en="Event on camera",
        event_code="12H99",
        detector=State(("camera_water", "camera_crowd", "camera_intrusion")),
        verification=Verification(
            by="nothing",
            why=_("What a camera takes for smoke or an event is no measurement that a warning could be held against."),
        ),
        ladder={"intrusion_seen": 1, "crowd_seen": 1, "water_seen": 2},
        icon="camera",
        source="what a video box tells; levels and event code are proposals, K-",
        warned=False,
    )
)
