"""Seismograph 强震动台: the peak acceleration of the ground (GB/T 17742-2020)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity, Sensor, Unit

UNITS.add(Unit("m/s²", {"m/s2": (1, 0), "m/s^2": (1, 0), "gal": (0.01, 0), "cm/s2": (0.01, 0), "cm/s²": (0.01, 0)}))
QUANTITIES.add(
    Quantity(
        "pga", _("Peak ground acceleration"), "m/s²", (0.0, 30.0), "峰值加速度", "the peak ground acceleration", digits=3, rank=11
    )
)
SENSORS.add(Sensor("seismograph", _("Seismograph"), ("pga",)))
