"""Displacement point 位移监测点: how far the ground has moved since it was set up, and the tangent angle of its creep.

The angle 改进切线角 is that of the rate over a day against the point's own rate of steady creep (DZ/T 0460; domain.md 3.4), which
is kept with its thresholds as `steady_rate`. A point without one has no angle.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, RUNGS, SENSORS, Quantity, Rate, Rung, Sensor

RUNGS.add(Rung("steady_rate", _("Rate of steady creep, mm a day"), drawn=False))
DAYS = {"over": timedelta(days=1), "oldest": timedelta(days=3)}
for quantity in (
    Quantity("displacement", _("Displacement"), "mm", (-100_000.0, 100_000.0), "累计位移", "the displacement", digits=1, rank=15),
    Quantity(
        "displacement_rate",
        _("Rate of displacement"),
        "mm/d",
        (-100_000.0, 100_000.0),
        "位移速率",
        "the rate of displacement",
        digits=1,
        derivation=Rate("displacement", **DAYS),
        rank=60,
    ),
    Quantity(
        "tangent_angle",
        _("Tangent angle of creep"),
        "°",
        (0.0, 90.0),
        "改进切线角",
        "the tangent angle of creep",
        digits=1,
        derivation=Rate("displacement", **DAYS, steady="steady_rate"),
        rank=61,
    ),
):
    QUANTITIES.add(quantity)
SENSORS.add(Sensor("gnss", _("Displacement point"), ("displacement",)))
