"""Dead and missing by natural disasters per million residents 年均每百万人口因自然灾害死亡率: incidents of class 11."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.indicators.api import INDICATORS, Category, Counted, How, Indicator, Span


def dead(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the natural disasters of a period with their dead and missing."""
    for one in incidents.happened("11", since, until):
        yield Counted(str(one), one.area, one.occurred_at, (one.dead or 0) + (one.missing or 0), url=one.desk_url())


INDICATORS.add(
    Indicator(
        code="disaster_death_rate",
        number=7,
        name=_("Dead and missing by natural disasters per million residents, yearly mean"),
        category=Category.DISASTERS,
        unit=_("per million residents"),
        formula=_(
            "Dead and missing of natural disasters (incidents of class 11) since the plan began, divided by the sum of the residents of these years, times a million. The plan prints a sign of percent; the national target is less than 1 per million."
        ),
        source="国家“十四五”应急管理体系规划；市“十四五”规划 分类指标",
        digits=3,
        falls=True,
        how=How.RATE,
        span=Span.PLAN,
        factor=1_000_000,
        base="people",
        rows=dead,
        needs=("incidents.view_incident",),
        trusts_reports=True,
        part=_("Dead and missing"),
        whole=_("Residents, all years"),
    )
)
