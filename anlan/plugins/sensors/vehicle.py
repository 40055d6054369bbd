"""Vehicle 车辆 and vessel 船舶: speed, a vehicle's own call for help, and what it breaks by geofences (JT/T 808, AIS)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

STATES = {
    0: ("正常", "normal"),
    1: ("紧急报警", "calls for help"),
    2: ("超速", "speeding"),
    3: ("疲劳驾驶", "driver is tired"),
    4: ("碰撞侧翻", "crashed or rolled over"),
}
FENCES = {
    0: ("守规", "breaks no geofence"),
    1: ("限速区超速", "too fast for the area"),
    2: ("驶出规定区域", "has left its area"),
    3: ("驶入禁行区", "is in a closed area"),
}
QUANTITIES.add(
    Quantity(
        "fence_state", _("Geofence"), "", (0.0, 3.0), "电子围栏状态", "the state by geofences", digits=0, states=FENCES, rank=19
    )
)
QUANTITIES.add(Quantity("vehicle_speed", _("Speed"), "m/s", (0.0, 80.0), "速度", "the speed", digits=1, rank=55))
QUANTITIES.add(
    Quantity(
        "vehicle_state",
        _("Vehicle alarm"),
        "",
        (0.0, 4.0),
        "车辆报警状态",
        "the vehicle's alarm",
        digits=0,
        states=STATES,
        rank=18,
    )
)
SENSORS.add(Sensor("vehicle", _("Vehicle"), ("vehicle_speed", "vehicle_state", "fence_state")))
SENSORS.add(Sensor("vessel", _("Vessel"), ("vehicle_speed", "fence_state")))
