"""Point in a mine 矿山监测点: methane and carbon monoxide in the air."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity, Sensor, Unit

UNITS.add(Unit("ppm"))
QUANTITIES.add(Quantity("methane", _("Methane"), "%", (0.0, 100.0), "甲烷浓度", "the methane", rank=13))
QUANTITIES.add(
    Quantity(
        "carbon_monoxide", _("Carbon monoxide"), "ppm", (0.0, 5000.0), "一氧化碳浓度", "the carbon monoxide", digits=0, rank=14
    )
)
SENSORS.add(Sensor("mine", _("Point in a mine"), ("methane", "carbon_monoxide")))
