"""Point of a pipeline or of the town's gas network 油气管道、燃气管网监测点: the pressure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

QUANTITIES.add(
    Quantity(
        "pipe_pressure",
        _("Pressure in the pipe"),
        "kPa",
        (0.0, 20_000.0),
        "管道压力",
        "the pressure in the pipe",
        digits=1,
        rank=29,
    )
)
SENSORS.add(Sensor("pipeline", _("Point of a pipeline"), ("pipe_pressure",)))
