"""Road deaths per 10,000 motor vehicles 道路交通万车死亡率: of two figures of the traffic police."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, How, Indicator

INDICATORS.add(
    Indicator(
        code="road_death_rate",
        number=4,
        name=_("Road deaths per 10,000 motor vehicles"),
        category=Category.SAFETY,
        unit=_("per 10,000 vehicles"),
        formula=_(
            "All deaths by road traffic within 7 days (traffic police, not transport of business alone) divided by registered motor vehicles at the end of the year, times 10,000."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=3,
        binding=True,
        falls=True,
        how=How.RATE,
        factor=10_000,
        of="road_deaths",
        base="vehicles",
        part=_("Deaths"),
        whole=_("Motor vehicles"),
    )
)
