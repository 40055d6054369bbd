"""Dust collector 粉尘除尘系统: the gravest of what its controller watches, as the number of a state (AQ 4273-2016)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

STATES = {
    0: ("正常", "normal"),
    1: ("压差异常", "differential pressure is off"),
    2: ("风机或锁气卸灰停运", "fan or air lock stands still"),
    3: ("进风口温度过高", "the inlet is too hot"),
    4: ("探测到火花", "a spark was seen"),
}
QUANTITIES.add(
    Quantity(
        "dust_state", _("Dust collector"), "", (0.0, 4.0), "除尘系统状态", "the dust collector", digits=0, states=STATES, rank=17
    )
)
SENSORS.add(Sensor("dust_collector", _("Dust collector"), ("dust_state",)))
