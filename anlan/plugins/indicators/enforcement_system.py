"""Share of enforcement done in the system 应急管理执法信息系统使用率: a figure of enforcement."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="enforcement_system",
        number=24,
        name=_("Enforcement done in the information system"),
        category=Category.GENERAL,
        unit="%",
        formula=_("Inspections and cases done from end to end in the enforcement system, divided by all of the year."),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        most=100,
        why=_("Enforcement is not part of this system yet."),
    )
)
