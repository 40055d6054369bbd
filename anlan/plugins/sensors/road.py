"""Road station 道路站: how far one sees, what lies on the surface, how deep water stands, whether it is open."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

SURFACE = {
    0: ("干燥", "dry"),
    1: ("潮湿", "wet"),
    2: ("积水", "standing water"),
    3: ("霜或雪泥", "slush or frost"),
    4: ("结冰", "ice"),
}
OPEN = {0: ("畅通", "open"), 1: ("限行", "restricted"), 2: ("封闭", "closed")}
for quantity in (
    Quantity(
        "road_open", _("Whether the road is open"), "", (0.0, 2.0), "道路通行状态", "the road", digits=0, states=OPEN, rank=36
    ),
    Quantity("visibility", _("Visibility"), "m", (0.0, 50_000.0), "能见度", "the visibility", digits=0, rank=37),
    Quantity(
        "road_surface", _("Road surface"), "", (0.0, 4.0), "路面状况", "the road surface", digits=0, states=SURFACE, rank=38
    ),
    Quantity("water_depth", _("Depth of standing water"), "m", (0.0, 5.0), "积水深度", "the standing water", rank=12),
):
    QUANTITIES.add(quantity)
SENSORS.add(Sensor("road", _("Road station"), ("visibility", "road_surface", "water_depth", "road_open")))
