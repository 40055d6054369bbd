"""Seismograph 强震动台: the peaks of the ground's acceleration and velocity, and the intensity that they come to (GB/T 17742-2020).

A report of one shaking tells both peaks, within five seconds (proposal, K-); a station without velocity, or a moment of which only
the acceleration came, has the standard's I_A, marked as an estimate.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Formula, Quantity, Sensor, Unit
from anlan.lib.seismic import DEGREES, GREATEST, LEAST, instrumental

UNITS.add(Unit("m/s²", {"m/s2": (1, 0), "m/s^2": (1, 0), "gal": (0.01, 0), "cm/s2": (0.01, 0), "cm/s²": (0.01, 0)}))
QUANTITIES.add(
    Quantity(
        "instrumental_intensity",
        _("Instrumental intensity"),
        "",
        (LEAST, GREATEST),
        "仪器地震烈度",
        "the instrumental intensity",
        digits=1,
        degrees=DEGREES,
        derivation=Formula(of=("pga", "pgv"), formula=instrumental, within=timedelta(seconds=5), spared=("pgv",)),
        rank=10,
    )
)
QUANTITIES.add(
    Quantity(
        "pga", _("Peak ground acceleration"), "m/s²", (0.0, 30.0), "峰值加速度", "the peak ground acceleration", digits=3, rank=11
    )
)
QUANTITIES.add(
    Quantity("pgv", _("Peak ground velocity"), "m/s", (0.0, 5.0), "峰值速度", "the peak ground velocity", digits=3, rank=12)
)
SENSORS.add(Sensor("seismograph", _("Seismograph"), ("pga", "pgv", "instrumental_intensity")))
