"""Vehicle 车辆 and vessel 船舶: speed, and a vehicle's own call for help (JT/T 808, AIS)."""

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
SENSORS.add(Sensor("vehicle", _("Vehicle"), ("vehicle_speed", "vehicle_state")))
SENSORS.add(Sensor("vessel", _("Vessel"), ("vehicle_speed",)))
