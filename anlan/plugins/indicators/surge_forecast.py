"""Error of storm-surge forecasts 台风风暴潮增水预报偏差: the province's; the city lies inland."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="surge_forecast",
        number=12,
        name=_("Error of forecasts of storm surge"),
        category=Category.DISASTERS,
        unit=_("cm"),
        formula=_("Mean of the absolute difference between the surge forecast and the surge observed at tide gauges."),
        source="广东省应急管理“十四五”规划",
        digits=0,
        falls=True,
        why=_("The city lies inland and has no tide gauge: the province tells it, and its figure is entered."),
    )
)
