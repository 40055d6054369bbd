"""Reservoir station 水库站: the pool's level and what flows out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import SENSORS, Sensor

SENSORS.add(Sensor("reservoir", _("Reservoir station"), ("water_level", "flow"), stream=True))
