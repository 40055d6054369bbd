"""Share of the forest damaged by fire 森林火灾受害率: a figure of the forest service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Indicator

INDICATORS.add(
    Indicator(
        code="forest_fire_loss",
        number=15,
        name=_("Forest damaged by fire"),
        category=Category.DISASTERS,
        unit=_("‰"),
        formula=_(
            "Area of forest damaged by fire in the year divided by the area of forest, in thousandths. The plan prints 1 %; the customary unit, and the national target, is thousandths."
        ),
        source="全国森林防火规划",
        digits=2,
        falls=True,
        why=_("Incidents do not tell the burnt area; a register of forest fires is not part of this system yet."),
    )
)
