"""Camera with video analysis 视频分析摄像机: what its box says it sees, each kind of event on or off; a water gauge that it reads is a stage.

No public national form of such events exists as JSON: the box posts readings as any device does (0 nothing, 1 seen), and 0 once it is over.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor


def _seen(code: str, name: object, zh: str, en: str, rank: int) -> Quantity:
    states = {0: ("未发现", "not seen"), 1: ("发现", "seen")}
    return Quantity(code, name, "", (0.0, 1.0), zh, en, digits=0, states=states, rank=rank)


for quantity in (
    _seen("camera_smoke", _("Smoke or fire on camera"), "视频发现烟火", "smoke or fire on camera", 18),
    _seen("camera_water", _("Water over the road on camera"), "视频发现道路漫水", "water over the road on camera", 19),
    _seen("camera_crowd", _("Crowd on camera"), "视频发现人员聚集", "a crowd on camera", 64),
    _seen("camera_intrusion", _("Intrusion on camera"), "视频发现闯入", "an intrusion on camera", 65),
):
    QUANTITIES.add(quantity)
SENSORS.add(
    Sensor(
        "camera",
        _("Camera with video analysis"),
        ("camera_smoke", "camera_water", "camera_crowd", "camera_intrusion", "water_level"),
    )
)
