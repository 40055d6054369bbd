"""How timely first reports were, county by county and month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import queries, rules
from anlan.apps.incidents.models import Report
from anlan.kit import clock
from anlan.kit.figures import Chart, Figure, Point, Series, shown
from anlan.kit.names import name_of
from anlan.kit.pages import Menu, page, view

MONTHS = 12
NONE_YET = _("No first report was sent in these months.")


@page("timeliness", needs=view(Report), menu=Menu("incidents", 40, "chart-bar"), label=_("In time and late"))
def timeliness(request: HttpRequest) -> HttpResponse:
    """Show of the first reports of a year how many came in time and late, and after how many minutes half of them had."""
    months = _months(clock.now())
    rows = list(queries.first_reports(months[0], months[-1]).values_list("area", "late", "known_at", "first_sent_at"))
    areas = sorted({area for area, *_rest in rows})
    chosen = request.GET.get("area", "") if request.GET.get("area", "") in areas else ""
    own = [row for row in rows if not chosen or row[0] == chosen]
    spans = list(pairwise(months))
    by_month = [[row for row in own if begin <= row[3] < end] for begin, end in spans]
    by_area = [[row for row in rows if row[0] == area] for area in areas]
    month_labels = tuple(f"{timezone.localtime(begin):%Y-%m}" for begin, _end in spans)
    area_labels = tuple(name_of("area", area) for area in areas)
    month_urls = [lambda late=None, b=begin, e=end: _rows(chosen, b, e, late) for begin, end in spans]
    area_urls = [lambda late=None, a=area: _rows(a, months[0], months[-1], late) for area in areas]
    charts = (
        *_charts(by_month, month_labels, month_urls, _("Month")),
        *_charts(by_area, area_labels, area_urls, _("Area")),
    )
    named = [(area, name_of("area", area)) for area in areas]
    context = {"charts": [shown(chart) for chart in charts], "figures": {"figures": _figures(own, months, chosen)}}
    return render(request, "incidents/timeliness.html", context | {"areas": named, "chosen": chosen})


def _months(now: datetime) -> list[datetime]:
    """Return the beginnings of the last twelve months, and of the next."""
    local = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    number = local.year * 12 + local.month - 1
    return [local.replace(year=n // 12, month=n % 12 + 1) for n in range(number - MONTHS + 1, number + 2)]


def _rows(area: str, begin: datetime, end: datetime, late: bool | None = None) -> str:
    """Return the address of the reports behind a value."""
    last = timezone.localtime(end - timedelta(minutes=1))
    asked = {"kind": "initial", "first_sent_at_from": f"{timezone.localtime(begin):%Y-%m-%dT%H:%M}"}
    asked |= {"first_sent_at_to": f"{last:%Y-%m-%dT%H:%M}"} | ({"area": area} if area else {})
    asked |= {} if late is None else {"late": str(late).lower()}
    return f"{reverse('desk:incidents_reports_list')}?{urlencode(asked)}"


def _told(rows: Iterable[Any]) -> rules.Timeliness:
    return rules.timeliness((late, known, sent) for _area, late, known, sent in rows)


def _charts(groups: list[list[Any]], labels: tuple[str, ...], urls: list[Callable[..., str]], axis: Any) -> tuple[Chart, Chart]:
    told = list(zip([_told(rows) for rows in groups], urls, strict=True))
    in_time = tuple(Point(one.in_time, url(False) if one.in_time else "") for one, url in told)
    late = tuple(Point(one.late, url(True) if one.late else "") for one, url in told)
    half = tuple(Point(one.minutes, url() if one.minutes is not None else "") for one, url in told)
    counts = (Series(_("In time"), in_time, "#2f7d4f", stack="n"), Series(_("Late"), late, "#b3541e", stack="n"))
    first = Chart(_("First reports: in time and late"), axis, labels, counts, unit=_("reports"), why_empty=NONE_YET)
    median = (Series(_("Median"), half),)
    return first, Chart(_("From known to sent: median"), axis, labels, median, unit=_("minutes"), digits=1, why_empty=NONE_YET)


def _figures(rows: list[Any], months: list[datetime], area: str) -> list[Figure]:
    told = _told(rows)
    late = _rows(area, months[0], months[-1], True) if told.late else ""
    return [
        Figure(_("First reports"), told.in_time + told.late, _("reports"), url=_rows(area, months[0], months[-1])),
        Figure(_("In time"), told.share, "%"),
        Figure(_("Late"), told.late, _("reports"), url=late),
        Figure(_("Median"), told.minutes, _("minutes"), digits=1),
    ]
