"""Deaths in accidents of production 生产安全事故死亡人数: a figure of statistics, which no record of this system tells yet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, How, Indicator

INDICATORS.add(
    Indicator(
        code="work_deaths",
        number=1,
        name=_("Deaths in accidents of production"),
        category=Category.SAFETY,
        unit=_("persons"),
        formula=_(
            "Deaths in accidents of production of the year, transport of business included, as they stand 30 days (traffic and fire: 7 days) after."
        ),
        source="生产安全事故报告和调查处理条例 第十三条",
        digits=0,
        binding=True,
        falls=True,
        how=How.SUM,
        trusts_reports=True,
        why=_(
            "Incidents do not tell whether an accident is one of production; an accident register is not part of this system yet."
        ),
    )
)
