"""Floods at control sections warned of before they began 主要河流控制断面洪水预警发布率: events of the alarms, published warnings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator
from anlan.apps.warning import api as warning


def cases(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the cases by which the warnings of the hazard are judged."""
    for one in warning.judged("river_flood", since, until):
        page, pk = ("alarms_alarms", one.alarm) if one.alarm else ("warning_warnings", one.warning)
        yield Counted(one.name, one.area, one.at, float(one.right), url=reverse(f"desk:{page}_page", args=[pk]))


INDICATORS.add(
    Indicator(
        code="flood_warnings",
        number=9,
        name=_("Floods at control sections warned of"),
        category=Category.DISASTERS,
        unit="%",
        formula=_(
            "Floods (a gauge at its warning level or above, by its alarms) for which a warning was public when they began, divided by all floods."
        ),
        source="GB/T 22482-2008",
        digits=1,
        factor=100,
        most=100,
        rows=cases,
        needs=("warning.view_warning", "alarms.view_alarm"),
        part=_("Warned of before"),
        whole=_("Floods"),
    )
)
