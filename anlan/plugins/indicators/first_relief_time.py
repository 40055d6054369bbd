"""Time until those hit by a disaster are first helped 受灾群众基本生活初步救助时间: from the order to open a shelter to the first who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, How, Indicator
from anlan.apps.shelters import api as shelters


def openings(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the openings of a period to which somebody came, with the hours until the first was let in."""
    for one in shelters.first_let_in(since, until):
        if one.at is not None:
            hours = (one.at - one.opening.ordered_at).total_seconds() / 3600
            yield Counted(str(one.opening), one.opening.area, one.opening.ordered_at, hours, url=one.opening.desk_url())


INDICATORS.add(
    Indicator(
        code="first_relief_time",
        number=16,
        name=_("Time until first relief"),
        category=Category.DISASTERS,
        unit=_("h"),
        formula=_(
            "The longest time of the year from the order to open a shelter to the first person let in, in hours; openings that nobody came to do not count."
        ),
        source="自然灾害救助条例 第十三条",
        digits=1,
        falls=True,
        how=How.LONGEST,
        rows=openings,
        needs=("shelters.view_opening", "shelters.view_whereabouts"),
        estimate=_("Shelter alone is told; food, clothes and water handed out are not recorded by disaster yet."),
        part=_("Hours"),
    )
)
