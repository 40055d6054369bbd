"""Share of rescues with working communications 救援现场应急通信保障率: a figure of the teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="scene_communications",
        number=18,
        name=_("Rescue scenes with working communications"),
        category=Category.RESCUE,
        unit="%",
        formula=_(
            "Incidents at which voice and data worked within 30 minutes of the first team's arrival, divided by the incidents that needed a team."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        most=100,
        why=_("The arrival of teams and their communications on the spot are not recorded in this system yet."),
    )
)
