"""Share of the public reached by information on disasters 灾害事故信息发布公众覆盖率: residents whose village answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator
from anlan.apps.warning import api as warning


def reached(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the warnings of a period, by county, with the residents to reach and those of villages that answered."""
    for one in warning.asked(since, until):
        note = _("%(n)d villages") % {"n": one.villages}
        yield Counted(
            str(one.warning), one.county, one.warning.published_at, one.confirmed, one.people, one.warning.desk_url(), note
        )


INDICATORS.add(
    Indicator(
        code="warning_reach",
        number=17,
        name=_("Public reached by information on disasters"),
        category=Category.RESCUE,
        unit="%",
        formula=_(
            "Residents of the villages that answered for a published warning (a call answered, or somebody rung), divided by the residents of all villages that it had to reach, over the warnings of the year."
        ),
        source="市“十四五”规划 分类指标 · the city's five-year plan",
        digits=1,
        factor=100,
        most=100,
        rows=reached,
        needs=("warning.view_warning",),
        estimate=_(
            "At least: only what an answer proves counts; receipts of SMS and loudspeakers stand on the page of each warning."
        ),
        part=_("Residents answered for"),
        whole=_("Residents to reach"),
    )
)
