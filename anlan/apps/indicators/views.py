"""The board of all indicators, the page of one, the values by API and as a table to take away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.indicators import queries, showing
from anlan.apps.indicators.actions import draw_up, enter
from anlan.apps.indicators.choices import Category, Sense, Standing
from anlan.apps.indicators.desk import VALUE, ReportedFigureDesk, YearReportDesk
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.models import PublishedFigure, ReportedFigure
from anlan.apps.indicators.queries import Line, Reading, Value
from anlan.kit.desk import Age, Column, State
from anlan.kit.desk.columns import table_of
from anlan.kit.desk.problems import check_parameters
from anlan.kit.figures import Figure
from anlan.kit.languages import in_chinese
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import current
from anlan.lib.halves import half
from anlan.lib.spreadsheets import write

#: An indicator's page shows so many of the rows it counts; the API gives all.
MOST = 200
GRAVE = (Standing.MISSED, Standing.DANGER)


def _area(given: Any) -> str:
    """Return the area asked for, else the viewer's outermost; NotFound for one that he does not read, NotAuthorised for none at all."""
    if not current().areas_for(queries.VIEWS):
        raise NotAuthorised(_("Your role does not include this."))
    own = queries.own_areas()
    asked = given.get("area") or next(iter(own), "")
    if not asked:
        raise NotAuthorised(_("Indicators are told of the city and of counties; your role reads a part of one only."))
    if asked not in own:
        raise NotFound()
    return asked


def _chosen(lines: list[Line], given: Any) -> list[Line]:
    """Return the lines that the filters leave."""
    kept = [line for line in lines if given.get("category") in ("", None, line.indicator.category)]
    if given.get("binding") in ("1", "0"):
        kept = [line for line in kept if line.indicator.binding is (given["binding"] == "1")]
    return [line for line in kept if given.get("standing") in ("", None, line.standing)]


@page(
    "",
    needs=queries.VIEWS,
    menu=Menu("indicators", 10, "chart-histogram"),
    label=gettext_lazy("Indicators of the plan"),
    name="board",
)
def board(request: HttpRequest) -> HttpResponse:
    """Show all indicators of an area: what is in danger of missing its target first, then each with value, target and forecast."""
    area = _area(request.GET)
    lines = Reading().lines(area)
    count = {standing: sum(line.standing == standing for line in lines) for standing in Standing}
    told = sum(count[s] for s in (Standing.MET, Standing.COURSE))
    numbers = (
        Figure(Standing.MISSED.label, count[Standing.MISSED], of=len(lines)),
        Figure(Standing.DANGER.label, count[Standing.DANGER], note=_("the trend, or the newest value, misses the target")),
        Figure(Standing.DOUBTFUL.label, count[Standing.DOUBTFUL], note=_("the range of the forecast reaches across the target")),
        Figure(_("Met or on course"), told),
        Figure(_("Without a judgement"), count[Standing.NOTHING] + count[Standing.NO_GOAL] + count[Standing.HIDDEN]),
    )
    return render(
        request,
        "indicators/board.html",
        {
            "area": area,
            "place": name_of("area", area),
            "areas": [(code, name_of("area", code)) for code in queries.own_areas()],
            "numbers": {"figures": numbers},
            "grave": [showing.row(line, area) for standing in GRAVE for line in lines if line.standing == standing],
            "rows": [showing.row(line, area) for line in _chosen(lines, request.GET)],
            "hidden": [line.indicator for line in lines if line.hidden],
            "categories": Category.choices,
            "standings": Standing.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("category", "binding", "standing")},
            "enter": showing.begin(ReportedFigureDesk, enter, area),
            "csv": f"{reverse('indicators:csv')}?{request.GET.urlencode()}",
            "draw": showing.begin(YearReportDesk, draw_up, area),
        },
    )


@page("of/<slug:code>", needs=queries.VIEWS, name="indicator")
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator: its formula with the numbers in it, the trend, the counties, the rows behind a year, who reported what."""
    if code not in INDICATORS:
        raise NotFound()
    area, one, reading = _area(request.GET), INDICATORS.get(code), Reading()
    line = reading.line(one, area)
    value = next((v for v in line.series if str(v.year) == request.GET.get("year")), line.value)
    made = value if value is None or value.rows else value.beside if value.beside and value.beside.rows else value
    of = (code, one.of, one.base)
    reports = queries.reported().filter(subject__in=of, area=area).order_by("-year", "-id")
    published = PublishedFigure.objects.filter(subject__in=of, division=area).order_by("-year", "subject", "-months")
    return render(
        request,
        "indicators/indicator.html",
        {
            "one": one,
            "source": half(one.source, chinese=in_chinese()),
            "line": (told := showing.row(line, area)),
            "ahead": told["ahead"],
            "area": area,
            "place": name_of("area", area),
            "areas": [(c, name_of("area", c)) for c in queries.own_areas()],
            "value": value,
            "made": made,
            "numbers": {"figures": showing.numbers(one, value)},
            "counted": showing.counted(one, made, MOST) if made else None,
            "trend": showing.trend(line, area),
            "counties": showing.counties(reading, one),
            "base": showing.base(reading, one, area, value),
            "reports": table_of(ReportedFigure, reports[:100], (Column("__str__", _("Figure")), VALUE, *SIGNATURES)),
            "published": table_of(PublishedFigure, published[:100], (Column("__str__", _("Figure")), VALUE, "note", "source")),
            "enter": showing.begin(ReportedFigureDesk, enter, area, code),
        },
    )


SIGNATURES = (State("state"), "source", "entered_by", Age("entered_at"), "signed_by", Age("signed_at"))


@page("board.csv", needs=queries.VIEWS, name="csv")
def csv(request: HttpRequest) -> HttpResponse:
    """Return the board as a table to take away: raw values, with where each comes from and how old it is."""
    area = _area(request.GET)
    heads = [
        _("No."),
        _("Indicator"),
        _("Binding"),
        _("Unit"),
        _("Year"),
        _("Value"),
        _("Where from"),
        _("Whole year"),
        _("Newest record"),
    ]
    heads += [
        _("Source"),
        _("Target"),
        _("How it stands"),
        _("Forecast (estimate)"),
        _("Lower end"),
        _("Upper end"),
        _("Jurisdiction"),
    ]
    rows = [showing.cells(line, area) for line in _chosen(Reading().lines(area), request.GET)]
    with write("csv", [str(head) for head in heads], rows) as file:
        answer = HttpResponse(file.read(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="indicators-{area}.csv"'
    return answer


class CountedRecordSerializer(serializers.Serializer[Any]):
    """A record that a value counts."""

    name = serializers.CharField()
    area = serializers.CharField()
    at = serializers.DateTimeField()
    part = serializers.FloatField()
    whole = serializers.FloatField()
    url = serializers.CharField(allow_blank=True)


class YearValueSerializer(serializers.Serializer[Any]):
    """The value of a year."""

    year = serializers.IntegerField()
    value = serializers.FloatField()
    kind = serializers.CharField(help_text="computed, reported or published")
    estimate = serializers.BooleanField()
    whole_year = serializers.BooleanField()
    months = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="Of the newest record, or when the figure was signed")
    source = serializers.CharField(allow_blank=True)
    base = serializers.FloatField(allow_null=True, help_text="The base quantity of a rate")
    counted = serializers.IntegerField()
    rows = CountedRecordSerializer(many=True, required=False, help_text="With one indicator asked for")


class TrendSerializer(serializers.Serializer[Any]):
    """Where the straight line through the years leads; an estimate."""

    year = serializers.IntegerField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    years = serializers.IntegerField(help_text="How many years it rests on")


class IndicatorSerializer(serializers.Serializer[Any]):
    """An indicator in an area."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    unit = serializers.CharField()
    binding = serializers.BooleanField()
    category = serializers.CharField()
    computed = serializers.BooleanField(help_text="Whether records of this system tell it")
    hidden = serializers.BooleanField(help_text="Its records are not shown to you, or not all of them")
    standing = serializers.CharField()
    target = serializers.FloatField(allow_null=True)
    sense = serializers.CharField(allow_blank=True, help_text="lt, le or ge")
    forecast = TrendSerializer(allow_null=True)
    values = YearValueSerializer(many=True)


@page("/api/v1/indicators/values/", needs=SIGNED_IN, name="values_api")
@extend_schema(
    summary=gettext_lazy("The plan's indicators of an area: values by year, target, forecast, how each stands"),
    responses=IndicatorSerializer(many=True),
    parameters=[
        OpenApiParameter("area", str, description=gettext_lazy("City or county; without it your outermost")),
        OpenApiParameter("indicator", str, description=gettext_lazy("One indicator, with the records that each value counts")),
    ],
)
@api_view(["GET"])
def values_api(request: Request) -> Response:
    """Return the indicators as they stand on reading, within the asker's jurisdiction."""
    check_parameters(request, {"area", "indicator"})
    area, code = _area(request.GET), request.GET.get("indicator", "")
    if code and code not in INDICATORS:
        raise NotFound()
    reading = Reading()
    lines = [reading.line(INDICATORS.get(code), area)] if code else reading.lines(area)
    return Response([_line(line, rows=bool(code)) for line in lines])


def _line(line: Line, *, rows: bool) -> dict[str, Any]:
    one, aim = line.indicator, line.goal
    names = ("code", "number", "binding")
    return {name: getattr(one, name) for name in names} | {
        "name": str(one.name),
        "unit": str(one.unit),
        "category": str(one.category),
        "computed": one.computes,
        "hidden": line.hidden,
        "standing": str(line.standing),
        "target": aim.value if aim else None,
        "sense": str(Sense(aim.sense)) if aim else "",
        "forecast": line.ahead.__dict__ if line.ahead else None,
        "values": [_value(one, value, rows=rows) for value in line.series],
    }


def _value(one: Any, value: Value, *, rows: bool) -> dict[str, Any]:
    told = {"year": value.year, "value": value.amount, "kind": str(value.kind), "whole_year": value.whole, "months": value.months}
    told |= {"estimate": bool(one.estimate and value.rows), "at": value.at, "source": value.source, "base": value.base}
    counted = [{name: getattr(row, name) for name in ("name", "area", "at", "part", "whole", "url")} for row in value.rows]
    return told | {"counted": len(value.rows)} | ({"rows": counted} if rows else {})
