"""Point of a building site 工地监测点 (deep pit, formwork, crane): what it measures as a share of the control value of its monitoring scheme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

QUANTITIES.add(
    Quantity(
        "control_share",
        _("Share of the control value"),
        "%",
        (0.0, 500.0),
        "监测值占控制值的比例",
        "the share of the control value",
        digits=0,
        rank=28,
    )
)
SENSORS.add(Sensor("construction", _("Point of a building site"), ("control_share",)))
