"""Share of town bodies with fit working conditions 基层应急管理机构工作条件达标率: checks by the city's sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import api as checks
from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator, Span


def towns(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the towns with whether they keep the sheet now; none were anybody checked by it yet."""
    rows = checks.held("town.conditions")
    if any(row.check for row in rows):
        for row in rows:
            url = row.check.desk_url() if row.check else ""
            yield Counted(
                str(row.place), row.place.code, until, float(row.holds), url=url, note="" if row.check else _("never checked")
            )


INDICATORS.add(
    Indicator(
        code="town_conditions",
        number=22,
        name=_("Town bodies with fit working conditions"),
        category=Category.GENERAL,
        unit="%",
        formula=_(
            "Towns whose newest check by the sheet of working conditions was passed and still counts, divided by all towns."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        span=Span.NOW,
        factor=100,
        most=100,
        rows=towns,
        needs=("checks.view_check", "checks.view_sheet"),
        part=_("Keep the sheet"),
        whole=_("Towns"),
    )
)
