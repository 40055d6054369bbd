"""People affected by disasters per 100,000 residents 年均每十万人受灾人次: the approved figures of disaster losses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, How, Indicator, Span
from anlan.apps.losses import api as losses


def affected(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the disasters of a period, county by county, with the people that approved reports call affected; none where none tells them."""
    for one in losses.tolls(since, until):
        if (people := one.figures.get("affected")) is not None:
            yield Counted(str(one.process), one.area, one.process.started_at, float(people), url=one.process.desk_url())


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
        how=How.RATE,
        span=Span.PLAN,
        factor=100_000,
        base="people",
        rows=affected,
        needs=("losses.view_process", "losses.view_lossreport"),
        trusts_reports=True,
        estimate=_("It counts the disasters that were counted in this system, by the newest figures that a county approved."),
        part=_("People affected by the disaster"),
        whole=_("Residents, all years"),
    )
)
