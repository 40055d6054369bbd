"""Time until an earthquake's parameters are reported 地震基本参数自动速报时效: from the origin to the arrival here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes import api as earthquakes
from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator


def reports(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the shocks of a period with the minutes until their first report came."""
    for one in earthquakes.shocks(since, until):
        if timedelta(0) <= (took := one.created_at - one.at) <= timedelta(days=1):
            yield Counted(str(one), one.area, one.at, took.total_seconds() / 60, url=one.desk_url())


INDICATORS.add(
    Indicator(
        code="quake_report_time",
        number=13,
        name=_("Time until the first report of an earthquake"),
        category=Category.DISASTERS,
        unit=_("min"),
        formula=_(
            "Mean of the minutes from the origin of a shock felt in the city to the arrival of its first report in this system. A report that came more than a day later is history brought in, and does not count."
        ),
        source="省地震台网",
        falls=True,
        rows=reports,
        needs=("earthquakes.view_earthquake",),
        estimate=_("The way from the network to here is part of it: the network's own time is shorter."),
        part=_("Minutes"),
        whole=_("Shocks"),
    )
)
