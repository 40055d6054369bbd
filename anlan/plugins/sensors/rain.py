"""Rain gauge 雨量站: rain over a period, an hour unless its datastream says otherwise."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

QUANTITIES.add(Quantity("rain", _("Rain"), "mm", (0.0, 500.0), "雨量", "the rain", digits=1, summed=True, rank=20, day="sum"))
SENSORS.add(Sensor("rain", _("Rain gauge"), ("rain",)))
