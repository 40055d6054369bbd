"""People affected by disasters per 100,000 residents 年均每十万人受灾人次: a figure of relief."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="people_affected",
        number=8,
        name=_("People affected by disasters per 100,000 residents, yearly mean"),
        category=Category.DISASTERS,
        unit=_("persons per 100,000 residents"),
        formula=_(
            "People affected, added up over all disasters since the plan began (who was hit twice counts twice), divided by the sum of the residents of these years, times 100,000."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=0,
        falls=True,
        why=_(
            "Incidents tell of people hurt and transferred, not of all who were affected; the records of relief are not part of this system yet."
        ),
    )
)
