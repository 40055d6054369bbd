"""Share of forest-fire teams that keep the standard 森林消防应急队伍达标率: a figure of the teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="forest_teams",
        number=19,
        name=_("Forest-fire teams that keep the standard"),
        category=Category.RESCUE,
        unit="%",
        formula=_(
            "Forest-fire teams that pass the standard of headcount, gear, training and barracks, divided by all such teams."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        most=100,
        why=_("Teams are not recorded in this system yet."),
    )
)
