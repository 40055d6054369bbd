"""Direct loss by disasters on the GDP 年均因灾直接经济损失占比: incidents of class 11 on figures of statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.indicators.api import INDICATORS, Category, Counted, How, Indicator, Span


def losses(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the natural disasters of a period with their direct loss in 10,000 yuan."""
    for one in incidents.happened("11", since, until):
        yield Counted(str(one), one.area, one.occurred_at, float(one.loss or 0), url=one.desk_url())


INDICATORS.add(
    Indicator(
        code="disaster_loss_share",
        number=6,
        name=_("Direct loss by disasters on the gross domestic product, yearly mean"),
        category=Category.DISASTERS,
        unit="%",
        formula=_(
            "Direct loss of natural disasters (incidents of class 11, 10,000 yuan) since the plan began, divided by the sum of the city's GDP of these years. The plan names the province's GDP; the city's is taken, as for the other rates."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=3,
        falls=True,
        how=How.RATE,
        span=Span.PLAN,
        factor=0.01,  # 10,000 yuan on 100 million yuan, in percent
        base="gdp",
        rows=losses,
        needs=("incidents.view_incident",),
        trusts_reports=True,
        estimate=_("It counts the losses told in incidents, not yet verified reports of relief."),
        part=_("Loss (10,000 yuan)"),
        whole=_("GDP (100 million yuan)"),
    )
)
