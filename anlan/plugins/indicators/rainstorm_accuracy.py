"""Accuracy of rainstorm warnings 暴雨预警准确度: warnings held against the rain that came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.api import INDICATORS, Category, Counted, Indicator
from anlan.apps.warning import api as warning


def cases(since: datetime, until: datetime) -> Iterator[Counted]:
    """Yield the cases by which the warnings of the hazard are judged."""
    for one in warning.judged("rainstorm", since, until):
        page, pk = ("alarms_alarms", one.alarm) if one.alarm else ("warning_warnings", one.warning)
        yield Counted(one.name, one.area, one.at, float(one.right), url=reverse(f"desk:{page}_page", args=[pk]))


INDICATORS.add(
    Indicator(
        code="rainstorm_accuracy",
        number=10,
        name=_("Accuracy of rainstorm warnings"),
        category=Category.DISASTERS,
        unit="%",
        formula=_(
            "By the formula that the city has chosen (Warning, issuing bodies); else hits divided by hits and false warnings. The official formula is not published."
        ),
        source="GB/T 22482-2008",
        digits=1,
        factor=100,
        most=100,
        rows=cases,
        needs=("warning.view_warning", "alarms.view_alarm"),
        part=_("Right"),
        whole=_("Judged"),
    )
)
