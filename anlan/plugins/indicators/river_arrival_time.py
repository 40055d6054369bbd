"""Time to arrive at an emergency on the river 内河应急处置现场到达时间: a figure of the maritime service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="river_arrival_time",
        number=20,
        name=_("Time to arrive at an emergency on the river"),
        category=Category.RESCUE,
        unit=_("h"),
        formula=_("The longest time of the year from the alert to the arrival of the first boat, in hours."),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=2,
        falls=True,
        why=_("The arrival of boats is not recorded in this system yet."),
    )
)
