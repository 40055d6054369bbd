"""Deaths by fire per 100,000 residents 十万人口火灾死亡率: incidents of fire on the residents; the fire service's own figure comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.indicators.api import INDICATORS, Category, Counted, How, Indicator


def fires(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the fires of a period with their dead."""
    for one in incidents.happened("12G", since, until):
        yield Counted(str(one), one.area, one.occurred_at, one.dead or 0, url=one.desk_url())


INDICATORS.add(
    Indicator(
        code="fire_death_rate",
        number=5,
        name=_("Deaths by fire per 100,000 residents"),
        category=Category.SAFETY,
        unit=_("per 100,000 residents"),
        formula=_(
            "Dead of the fires of the year (incidents of class 12G) divided by the residents, times 100,000. A figure of the fire service comes before it."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=3,
        binding=True,
        falls=True,
        how=How.RATE,
        factor=100_000,
        base="people",
        rows=fires,
        needs=("incidents.view_incident",),
        trusts_reports=True,
        estimate=_("It counts the fires reported to the bureau; the fire service counts all."),
        part=_("Dead"),
        whole=_("Residents"),
    )
)
