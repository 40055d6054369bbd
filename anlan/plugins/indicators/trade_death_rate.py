"""Deaths per 100,000 employees of industry, mining and trade 工矿商贸就业人员十万人死亡率: of two figures of statistics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, How, Indicator

INDICATORS.add(
    Indicator(
        code="trade_death_rate",
        number=3,
        name=_("Deaths per 100,000 employees of industry, mining and trade"),
        category=Category.SAFETY,
        unit=_("per 100,000 employees"),
        formula=_("Deaths in industry, mining and trade divided by its employees at the end of the year, times 100,000."),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=3,
        binding=True,
        falls=True,
        how=How.RATE,
        factor=100_000,
        of="trade_deaths",
        base="employees",
        part=_("Deaths"),
        whole=_("Employees"),
    )
)
