"""The KPIs of alarms, as a page and as an endpoint."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.alarms import watching  # noqa: F401
from anlan.apps.alarms.desk import AlarmDesk, Grade
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries import kpis
from anlan.apps.alarms.queries.alarms import answer_by
from anlan.apps.alarms.queries.standard import Standing, measured
from anlan.kit import clock
from anlan.kit.desk import Age, Column, Linked, State
from anlan.kit.desk.columns import table_of
from anlan.kit.desk.problems import check_parameters
from anlan.kit.figures import Chart, Figure, Point, Series, shown
from anlan.kit.pages import SIGNED_IN, Menu, page

MOST_DAYS, MOST_MINUTES = 92, 1440
#: What is told of the alarms behind a number.
BEHIND = (
    Linked("station"),
    Grade("level"),
    Column("measure", gettext_lazy("Quantity")),
    State("state"),
    Age("created_at", gettext_lazy("Raised")),
    "answered_after",
    "reopened",
)


class KpisSerializer(serializers.Serializer[Any]):
    """Numbers of alarms per day, each with the ids of its alarms."""

    answer_within_minutes = serializers.IntegerField()
    days = serializers.ListField(child=serializers.DictField())
    standard = serializers.ListField(child=serializers.DictField())
    floods = serializers.ListField(child=serializers.DictField())
    top = serializers.ListField(child=serializers.DictField())


@page("kpis", needs="alarms.view_alarm", menu=Menu("monitoring", 40, "chart-bar"), label=gettext_lazy("Alarm KPIs"), name="kpis")
def alarm_kpis(request: HttpRequest) -> HttpResponse:
    """Show the alarm KPIs of the newest days; each number opens the list of its alarms."""
    days, within = _kpi_days(request.GET)
    labels = [(name, label) for name, (label, _holds) in kpis.NUMBERS.items()]
    chosen, number = request.GET.get("day", ""), request.GET.get("number", "")
    alarms = AlarmDesk.rows()
    day = next((d for d in days if d.day.isoformat() == chosen and number in kpis.NUMBERS), None)
    behind = None if day is None else table_of(Alarm, kpis.behind(alarms, day, number), BEHIND)
    counts = kpis.counts(alarms, days)
    context = {
        "figures": {"figures": _figures(days, counts, within)},
        "chart": shown(_chart(days, counts, within)),
        "standard": measured(alarms, days[-1].begins, days[0].ends),
        "within": within,
        "chosen": chosen,
        "number": number,
        "behind": behind,
    }
    return render(request, "alarms/kpis.html", context | {"heading": dict(labels).get(number, "")})


def _behind(day: kpis.Day, number: str, within: int) -> str:
    return f"?day={day.day.isoformat()}&number={number}&minutes={within}#behind"


def _figures(days: list[kpis.Day], counts: list[dict[str, int]], within: int) -> list[Figure]:
    """Return today's numbers beside yesterday's."""
    before = counts[1] if len(counts) > 1 else {}
    return [
        Figure(
            label,
            counts[0][name],
            of=counts[0]["raised"] if name == "answered" else None,
            was=before.get(name),
            note=_("against yesterday") if before else "",
            url=_behind(days[0], name, within) if counts[0][name] else "",
        )
        for name, (label, _holds) in kpis.NUMBERS.items()
    ]


def _chart(days: list[kpis.Day], counts: list[dict[str, int]], within: int) -> Chart:
    """Draw the numbers of each day, the oldest first; each leads to its alarms."""
    told = list(zip(days, counts, strict=True))[::-1]
    series = [
        Series(
            label,
            tuple(Point(found[name], _behind(day, name, within) if found[name] else "") for day, found in told),
            kind="line" if name == "standing" else "bar",
        )
        for name, (label, _holds) in kpis.NUMBERS.items()
    ]
    return Chart(
        title=_("Alarms per day"),
        axis=_("Day"),
        labels=tuple(f"{day.day:%m-%d}" for day, _found in told),
        series=tuple(series),
        why_empty=_("No alarm was raised in these days."),
    )


@page("/api/v1/alarms/kpis/", needs=SIGNED_IN, name="kpis_api")
@extend_schema(
    summary=gettext_lazy("Alarm KPIs per day"),
    parameters=[
        OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}, description=gettext_lazy("Days back")),
        OpenApiParameter(
            "minutes",
            {"type": "integer", "minimum": 1, "maximum": MOST_MINUTES},
            description=gettext_lazy("Minutes within which an alarm should be answered"),
        ),
    ],
    responses=KpisSerializer,
)
@api_view(["GET"])
def kpis_api(request: Request) -> Response:
    """Return the alarm KPIs per day (?days=14&minutes=5), each number with the ids of its alarms."""
    check_parameters(request, {"days", "minutes"})
    for name, most in (("days", MOST_DAYS), ("minutes", MOST_MINUTES)):
        text = request.GET.get(name, "1")
        if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most):
            raise ValidationError({name: [_("Give a number from 1 to %(most)d.") % {"most": most}]})
    asked, within = _kpi_days(request.GET)
    days = [
        {"day": day.day.isoformat(), **{name: len(alarms) for name, alarms in ids.items()}, "alarms": ids}
        for day, ids in zip(asked, kpis.ids(AlarmDesk.rows(), asked), strict=True)
    ]
    period = measured(AlarmDesk.rows(), asked[-1].begins, asked[0].ends)
    return Response({"answer_within_minutes": within, "days": days, **_standard(period)})


def _standard(period: Standing) -> dict[str, Any]:
    """Return how a period stands against the standard's targets, as JSON holds it."""
    figures = [{"code": f.code, "value": f.value, "target": f.target, "met": f.met} for f in period.figures]
    floods = [
        {"since": f.since.isoformat(), "until": f.until.isoformat(), "alarms": f.alarms, "peak": f.peak} for f in period.floods
    ]
    top = [{"station": s.station, "hazard": s.hazard, "alarms": s.count, "share": s.share} for s in period.top]
    return {"standard": figures, "floods": floods, "top": top}


def _usual_minutes() -> int:
    now = clock.now()
    return int((answer_by(now) - now).total_seconds() // 60)


def _kpi_days(query: Any) -> tuple[list[kpis.Day], int]:
    days, within = (
        _number(query.get("days"), 14, MOST_DAYS),
        _number(query.get("minutes"), _usual_minutes(), MOST_MINUTES),
    )
    return [kpis.Day(clock.today() - timedelta(days=n), timedelta(minutes=within)) for n in range(days)], within


def _number(text: str | None, default: int, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdecimal() and len(text) < 9 else default
