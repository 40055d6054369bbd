"""Fire alarm component 火灾报警部件: what a building's fire alarm transmitter tells of each detector (GB/T 26875.3-2011)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

STATES = {
    0: ("正常", "normal"),
    1: ("火警", "fire"),
    2: ("故障", "fault"),
    3: ("屏蔽", "shielded"),
    4: ("监管", "supervised"),
    5: ("启动", "started"),
    6: ("反馈", "feedback"),
    7: ("延时", "delayed"),
    8: ("电源故障", "power fault"),
}
QUANTITIES.add(
    Quantity(
        "fire_state", _("Fire alarm state"), "", (0.0, 8.0), "火灾报警状态", "the fire alarm", digits=0, states=STATES, rank=17
    )
)
SENSORS.add(Sensor("fire_panel", _("Fire alarm component"), ("fire_state",)))
