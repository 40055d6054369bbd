"""Share of key forests that lookouts see 重点区域林火瞭望监测覆盖率: viewsheds of the lookouts that watch now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator, Span
from anlan.apps.lookouts import api as lookouts


def forests(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the key forests with what is seen of them now."""
    for one in lookouts.watched_now():
        yield Counted(str(one.forest), one.forest.area, until, one.seen_km2, one.km2, one.forest.desk_url())


INDICATORS.add(
    Indicator(
        code="lookout_coverage",
        number=14,
        name=_("Key forests seen by lookouts"),
        category=Category.DISASTERS,
        unit="%",
        formula=_(
            "Area of the key forests that towers and cameras which watch now can see over the terrain, divided by the area of the key forests."
        ),
        source="森林防火条例 第十九条",
        digits=1,
        span=Span.NOW,
        factor=100,
        most=100,
        rows=forests,
        needs=("lookouts.view_lookout", "lookouts.view_keyforest"),
        estimate=_("Worked out over terrain of about 1.1 km: an estimate."),
        part=_("Seen (km²)"),
        whole="km²",
    )
)
