"""Deaths in accidents of production per 100 million yuan of GDP 亿元GDP死亡率: of two figures of statistics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, How, Indicator

INDICATORS.add(
    Indicator(
        code="gdp_death_rate",
        number=2,
        name=_("Deaths in accidents of production per 100 million yuan of GDP"),
        category=Category.SAFETY,
        unit=_("persons per 100 million yuan"),
        formula=_(
            "Deaths (indicator 1) divided by the gross domestic product of the year at current prices, in 100 million yuan."
        ),
        source="市“十四五”规划 第一章 表 · the city's five-year plan, chapter 1, table",
        digits=4,
        binding=True,
        falls=True,
        how=How.RATE,
        factor=1.0,
        of="work_deaths",
        base="gdp",
        part=_("Deaths"),
        whole=_("GDP (100 million yuan)"),
    )
)
