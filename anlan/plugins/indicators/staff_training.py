"""Share of emergency officers trained in the year 应急管理干部专业培训率: a figure of the bureau's staff office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="staff_training",
        number=23,
        name=_("Emergency officers trained in the year"),
        category=Category.GENERAL,
        unit="%",
        formula=_(
            "Officers of the city's and counties' bureaus with the hours of training asked for in the year, divided by all of them."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        most=100,
        why=_("Training is not recorded in this system yet."),
    )
)
