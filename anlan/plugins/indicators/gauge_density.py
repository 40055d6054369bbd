"""Gauges of rain per 100 km² 每百平方公里雨量（气象）站数量: working gauges of the network on the area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator, Span
from anlan.apps.upkeep import api as upkeep
from anlan.kit.names import name_of


def counties(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the counties with their working gauges and their area, as the network is now."""
    at = upkeep.counted_at() or until
    for one in upkeep.density(upkeep.kept()):
        address = f"{reverse('upkeep:network')}?area={one.county}"
        yield Counted(name_of("area", one.county), one.county, at, one.working, one.km2, address)


INDICATORS.add(
    Indicator(
        code="gauge_density",
        number=11,
        name=_("Gauges of rain or weather per 100 km²"),
        category=Category.DISASTERS,
        unit=_("per 100 km²"),
        formula=_(
            "Places with a gauge of rain or weather that was heard often enough this or the last month, divided by the area in km², times 100. Gauges close together are one place."
        ),
        source="SL 61-2015",
        span=Span.NOW,
        factor=100,
        rows=counties,
        needs=("telemetry.view_station",),
        part=_("Working places"),
        whole="km²",
    )
)
