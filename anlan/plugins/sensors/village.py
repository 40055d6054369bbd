"""Village rain gauge 山洪灾害简易雨量站: rain where a flash flood would come, with the village's own thresholds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import SENSORS, Sensor

SENSORS.add(Sensor("village", _("Village rain gauge"), ("rain",), stream=True))
