"""River station 河道站: water level and flow (GB/T 50138, SL 651)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

QUANTITIES.add(Quantity("water_level", _("Water level"), "m", (-10.0, 2000.0), "水位", "the water level", rank=10))
QUANTITIES.add(Quantity("flow", _("Flow"), "m³/s", (0.0, 100_000.0), "流量", "the flow", digits=0, rank=30))
SENSORS.add(Sensor("river", _("River station"), ("water_level", "flow")))
