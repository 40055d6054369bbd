"""Hail observation 冰雹观测: the largest stone seen since the last report, by an observer or a hail sensor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import QUANTITIES, SENSORS, Quantity, Sensor

QUANTITIES.add(Quantity("hail_size", _("Largest hailstone"), "mm", (0.0, 200.0), "冰雹直径", "the hailstone", digits=0, rank=42))
SENSORS.add(Sensor("hail", _("Hail observer or sensor"), ("hail_size",)))
