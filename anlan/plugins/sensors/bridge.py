"""Point of a bridge 桥梁监测点: what it measures as a share of the control value of its monitoring scheme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import SENSORS, Sensor

SENSORS.add(Sensor("bridge", _("Point of a bridge"), ("control_share",)))
