"""Air monitoring point 环境空气监测点: the index (HJ 633), fine and coarse particles (HJ 212 factors a34004 and a34002)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, UNITS, Quantity, Sensor, Unit

UNITS.add(Unit("μg/m³", {"ug/m3": (1, 0), "µg/m³": (1, 0), "mg/m3": (1000, 0), "mg/m³": (1000, 0)}))
for code, name, zh, en in (
    ("pm2_5", _("PM2.5"), "细颗粒物浓度", "the fine particles (PM2.5)"),
    ("pm10", _("PM10"), "可吸入颗粒物浓度", "the particles (PM10)"),
):
    QUANTITIES.add(Quantity(code, name, "μg/m³", (0.0, 2000.0), zh, en, digits=0, rank=45))
QUANTITIES.add(
    Quantity("aqi", _("Air quality index"), "", (0.0, 500.0), "空气质量指数", "the air quality index", digits=0, rank=44)
)
SENSORS.add(Sensor("air", _("Air monitoring point"), ("aqi", "pm2_5", "pm10")))
