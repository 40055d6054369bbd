"""River station 河道站: water level and flow (GB/T 50138, SL 651)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity, Sensor, Unit

QUANTITIES.add(Quantity("water_level", _("Water level"), "m", (-10.0, 2000.0), "水位", "the water level", rank=10))
QUANTITIES.add(Quantity("flow", _("Flow"), "m³/s", (0.0, 100_000.0), "流量", "the flow", digits=0, rank=30))
UNITS.add(Unit("V", {"mv": (0.001, 0)}))
#: A station's own supply 电源, as SL 651 reports it in element 38.
QUANTITIES.add(
    Quantity("battery", _("Battery"), "V", (0.0, 60.0), "电池电压", "the battery's voltage", digits=1, rank=95, supply=True)
)
SENSORS.add(Sensor("river", _("River station"), ("water_level", "flow"), stream=True))
