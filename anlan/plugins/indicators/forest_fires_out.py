"""Share of forest fires out within a day 24小时森林火灾扑灭率: incidents of forest fire, from known to over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator


def fires(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the forest fires of a period that can be judged, and whether each was over within a day."""
    for one in incidents.happened("11G", since, until):
        over = one.closed_at or until
        in_time = over - one.known_at <= timedelta(days=1)
        if one.closed_at is not None or not in_time:
            yield Counted(str(one), one.area, one.occurred_at, float(in_time), url=one.desk_url())


INDICATORS.add(
    Indicator(
        code="forest_fires_out",
        number=21,
        name=_("Forest fires out within 24 hours"),
        category=Category.RESCUE,
        unit="%",
        formula=_(
            "Forest fires (incidents of class 11G) declared over within 24 hours of their detection, divided by all forest fires; one that still burns and is younger than a day is not judged yet."
        ),
        source="森林防火条例",
        digits=1,
        factor=100,
        most=100,
        rows=fires,
        needs=("incidents.view_incident",),
        estimate=_("An incident is declared over after the last open flame: the true share is this or higher."),
        part=_("Out within a day"),
        whole=_("Forest fires"),
    )
)
